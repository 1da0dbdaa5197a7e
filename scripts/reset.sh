#!/bin/sh
# Remove everything the portal keeps on this machine: .local/ and the services' private folder.
set -eu
cd "$(dirname "$0")/.."
[ -d .local ] || { echo "Không có gì để xóa."; exit 0; }
home=$(cat .local/services-home 2>/dev/null || true)
printf 'Xóa toàn bộ dữ liệu trong .local/%s (cơ sở dữ liệu, tệp, khóa)? Gõ "xoa" để đồng ý: ' "${home:+ và $home}"
read -r answer || answer=
[ "$answer" = xoa ] || { echo "Không xóa."; exit 1; }
if [ -x .venv/bin/python ]; then
    .venv/bin/python -m antq_portal.embedded stop >/dev/null
fi
case $home in
    /var/tmp/antq-portal-*) rm -rf "$home" ;;
esac
rm -rf .local
echo "Đã xóa."
