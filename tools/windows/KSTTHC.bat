@echo off
setlocal
title KSTTHC {version}
pushd "%~dp0"
"%~dp0python\python.exe" -X utf8 -m kskt_excel menu
set "CODE=%ERRORLEVEL%"
popd
if not "%CODE%"=="0" pause
exit /b %CODE%
