from . import appraisal, decisions, files, papers, registers, seasons

app_name = "evaluations"
urlpatterns = [
    *files.urlpatterns,
    *appraisal.urlpatterns,
    *decisions.urlpatterns,
    *papers.urlpatterns,
    *registers.urlpatterns,
    *seasons.urlpatterns,
]
