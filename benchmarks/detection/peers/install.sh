#!/bin/sh
# Installs the peers that detection is measured against into a folder of their own:
#   sh benchmarks/detection/peers/install.sh FOLDER
# Then: python -m benchmarks.detection --peers FOLDER
set -eu
folder=${1:?which folder? It must lie outside the repository}
python3 -m venv "$folder"
"$folder/bin/pip" install --quiet presidio-analyzer==2.2.366 jieba==0.42.1 jionlp==1.5.31
