from django.urls import URLPattern, path

from ..views import (
    bulk,
    bulk_undo,
    evidence,
    files,
    grid_confirm,
    grids,
    home,
    registrations,
    rosters,
    row_bundles,
    row_opening,
    shared_papers,
    sheet,
    uploads,
)

SEASON = "ho-so/<year:year>/"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("ho-so/", sheet.sheet_now, name="sheet_now"),
    path(SEASON, sheet.sheet, name="sheet"),
    path(f"{SEASON}hang-loat/", bulk.bulk, name="bulk"),
    path("ho-so/viec/<int:pk>/", bulk_undo.bulk_done, name="bulk_done"),
    path("ho-so/viec/<int:pk>/hoan-tac/", bulk_undo.bulk_undo, name="bulk_undo"),
    path(f"{SEASON}danh-sach/", rosters.roster, name="roster"),
    path(f"{SEASON}danh-sach/chot/", rosters.freeze, name="roster_freeze"),
    path(f"{SEASON}danh-sach/them/", rosters.add, name="roster_add"),
    path(f"{SEASON}danh-sach/xac-dinh/<int:unit_id>/", rosters.settle, name="roster_settle"),
    path(f"{SEASON}danh-sach/<int:entry_id>/", rosters.entry, name="roster_entry"),
    path(f"{SEASON}dang-ky/", registrations.registration_grid, name="registration_grid"),
    path(f"{SEASON}tieu-chi/", grids.criterion_grid, name="criterion_grid"),
    path(f"{SEASON}tieu-chi/khong-xay-ra/", grid_confirm.no_incidents, name="no_incidents"),
    path(f"{SEASON}tieu-chi/de-xuat/", grid_confirm.grid_proposals, name="grid_proposals"),
    path(f"{SEASON}tai-lieu/", shared_papers.shared_papers, name="shared_papers"),
    path(f"{SEASON}dong/", row_bundles.save_rows, name="save_rows"),
    path(f"{SEASON}<int:unit_id>/", files.file, name="file"),
    path(f"{SEASON}<int:unit_id>/dong/<int:criterion_id>/", row_opening.save_row, name="save_row"),
    path("tai-len/", uploads.upload_begin, name="upload_begin"),
    path("tai-len/<uuid:pk>/", uploads.upload, name="upload"),
    path("tai-len/<uuid:pk>/huy/", uploads.upload_cancel, name="upload_cancel"),
    path("tai-lieu/<int:pk>/", evidence.evidence, name="evidence"),
]
