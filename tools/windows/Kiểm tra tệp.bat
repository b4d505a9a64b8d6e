@echo off
rem A name with & in it reaches a dropped-on file cut in two: the whole line is in CMDCMDLINE.
setlocal EnableDelayedExpansion
title KSTTHC {version}
set "KSKT_DROPPED=!CMDCMDLINE!"
"%~dp0python\python.exe" -X utf8 -m kskt_excel menu kiem-tra %*
set "CODE=!ERRORLEVEL!"
pause
rem What stands behind the & must not be run as a command when this window was opened for the drop.
if not "!CMDCMDLINE:/c=!"=="!CMDCMDLINE!" exit !CODE!
exit /b !CODE!
