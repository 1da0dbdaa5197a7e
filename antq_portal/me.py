"""Say who is asking, and which roles they hold where."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import api_view
from rest_framework.request import Request
from rest_framework.response import Response

from units.selectors.held import held_roles


class HeldUnitSerializer(serializers.Serializer):
    id = serializers.IntegerField(source="unit_id")
    name = serializers.CharField(source="unit_name")


class HeldRoleSerializer(serializers.Serializer):
    role = serializers.CharField()
    label = serializers.CharField()
    unit = HeldUnitSerializer(source="*")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class MeSerializer(serializers.Serializer):
    """The person who is signed in."""

    username = serializers.CharField()
    full_name = serializers.CharField()
    position = serializers.CharField()
    is_superuser = serializers.BooleanField()
    roles = HeldRoleSerializer(many=True)


@extend_schema(responses=MeSerializer)
@api_view(["GET"])
def me(request: Request) -> Response:
    """The person asking, with the roles held today."""
    person = request.user
    said = {
        "username": person.username,
        "full_name": person.full_name,
        "position": person.position,
        "is_superuser": person.is_superuser,
        "roles": held_roles(person),
    }
    return Response(MeSerializer(said).data)
