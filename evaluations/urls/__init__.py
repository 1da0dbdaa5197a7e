from . import appraisal, decisions, files, papers, seasons

app_name = "evaluations"
urlpatterns = [
    *files.urlpatterns,
    *appraisal.urlpatterns,
    *decisions.urlpatterns,
    *papers.urlpatterns,
    *seasons.urlpatterns,
]
