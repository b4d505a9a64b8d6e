@echo off
rem kskt LENH ...: for those who type commands.
"%~dp0python\python.exe" -X utf8 -m kskt_excel %*
