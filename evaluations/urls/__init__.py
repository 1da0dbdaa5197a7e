from . import appraisal, decisions, files, seasons

app_name = "evaluations"
urlpatterns = [
    *files.urlpatterns,
    *appraisal.urlpatterns,
    *decisions.urlpatterns,
    *seasons.urlpatterns,
]
