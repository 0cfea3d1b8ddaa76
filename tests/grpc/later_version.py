"""Messages as a later version would send them: with fields and numbers that are unknown today."""

from google.protobuf import descriptor_pool, message_factory

# Fields 15,000 to 15,003: a varint, eight bytes, a text, a message with a field.
UNKNOWN = bytes.fromhex("c0a90701 c9a9070807060504030201 d2a907056c61746572 daa907020801")
LATER_VALUE = 99


def message_classes(method):
    """Of a "/package.Service/Method": its request's and its response's."""
    name = method.removeprefix("/").replace("/", ".")
    found = descriptor_pool.Default().FindMethodByName(name)
    return [message_factory.GetMessageClass(each) for each in (found.input_type, found.output_type)]


def with_unknown_fields(kind, message):
    """The bytes of a message of the class, with unknown fields in it and in all that it holds."""
    parsed = kind.FromString(message)
    _add_to(parsed)
    return parsed.SerializeToString()


def _add_to(message):
    for field, value in message.ListFields():
        if field.message_type is None or field.message_type.GetOptions().map_entry:
            continue
        for each in value if field.is_repeated else [value]:
            _add_to(each)
    message.MergeFromString(UNKNOWN)


def of_request(method, message):
    return with_unknown_fields(message_classes(method)[0], message)


def of_reply(method, message):
    return with_unknown_fields(message_classes(method)[1], message)
