"""For PyInstaller: modules are loaded where they are needed, workers are named by strings."""

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

hiddenimports = collect_submodules("kskt_excel")
datas = collect_data_files("kskt_excel")
