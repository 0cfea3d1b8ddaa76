"""What is not there yet: the entry goes when the call comes."""

from tests.differential.differences.difference import Difference

MISSING = [
    Difference(
        mlflow="multipart uploads and presigned URLs: 501, or 400 for a bad request",
        rookery="404 ENDPOINT_NOT_FOUND",
        because="not there yet",
        status=(404,),
        says="ENDPOINT_NOT_FOUND",
        steps=(
            "artifacts/put, read, list, delete: multipart create",
            "artifacts/put, read, list, delete: presigned",
        ),
    ),
]
