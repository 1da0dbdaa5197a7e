"""Read-only REST face of the register."""

from django.db.models import Q
from django.utils.timezone import localdate
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.pagination import CursorPagination
from rest_framework.viewsets import ReadOnlyModelViewSet

from antq_portal.lib.asked import whole

from .models import Kind, Unit, UnitVersion, UnitVersionQuerySet


class UnitPagination(CursorPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500
    ordering = ("sort_key", "unit_id")


class UnitSerializer(serializers.ModelSerializer):
    """A unit as it is today: what everyone signed in may read of it."""

    id = serializers.IntegerField(source="unit_id")
    kind = serializers.CharField(source="unit.kind")
    kind_label = serializers.CharField(source="unit.get_kind_display")
    sub_kind_label = serializers.CharField(source="get_sub_kind_display")
    parent = serializers.IntegerField(source="parent_id", allow_null=True)
    province = serializers.IntegerField(source="unit.province_id", allow_null=True)
    ended_on = serializers.DateField(source="unit.ended_on", allow_null=True)

    class Meta:
        model = UnitVersion
        fields = (
            "id", "kind", "kind_label", "sub_kind", "sub_kind_label", "name", "code", "valid_from",
            "legal_act", "parent", "province", "managing_level", "ended_on",
        )  # fmt: skip


def _filter(name: str, description: str) -> OpenApiParameter:
    return OpenApiParameter(name, str, description=description)


@extend_schema_view(
    list=extend_schema(
        parameters=[
            _filter("search", "Tên, không cần dấu"),
            _filter("kind", "Loại hình"),
            _filter("parent", "Mã định danh của đơn vị cấp trên trực tiếp"),
            _filter("alive", "1: chỉ đơn vị đang tồn tại"),
        ]
    )
)
class UnitViewSet(ReadOnlyModelViewSet):
    """Units by their present name; of what lies below a commune only those in one's scope."""

    serializer_class = UnitSerializer
    pagination_class = UnitPagination
    lookup_field = "unit_id"
    lookup_url_kwarg = "pk"
    lookup_value_regex = r"\d+"

    def get_queryset(self) -> UnitVersionQuerySet:
        units = Unit.objects.named_for(self.request.user).values("pk")
        return UnitVersion.objects.in_force().filter(unit__in=units).select_related("unit")

    def filter_queryset(self, queryset: UnitVersionQuerySet) -> UnitVersionQuerySet:
        asked = self.request.query_params
        found = queryset.search(asked.get("search", ""))
        if kind := asked.get("kind"):
            found = found.filter(unit__kind=_known_kind(kind))
        if parent := asked.get("parent"):
            found = found.filter(parent=_whole_number(parent))
        if asked.get("alive") == "1":
            found = found.filter(Q(unit__ended_on=None) | Q(unit__ended_on__gt=localdate()))
        return found


def _known_kind(typed: str) -> Kind:
    try:
        return Kind(typed)
    except ValueError:
        raise serializers.ValidationError({"kind": ["Không có loại hình này."]}) from None


def _whole_number(typed: str) -> int:
    number = whole(typed)
    if number is None:
        raise serializers.ValidationError({"parent": ["Phải là mã định danh (số)."]})
    return number
