from . import appraisal, deadlines, decisions, files, papers, registers, results, seasons, workbooks

app_name = "evaluations"
urlpatterns = [
    *files.urlpatterns,
    *appraisal.urlpatterns,
    *deadlines.urlpatterns,
    *decisions.urlpatterns,
    *papers.urlpatterns,
    *registers.urlpatterns,
    *results.urlpatterns,
    *seasons.urlpatterns,
    *workbooks.urlpatterns,
]
