"""Certificates for tests of TLS."""

import datetime
import ipaddress
import os
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


class Authority:
    """Signs certificates. Its own is `file`, in `folder`."""

    def __init__(self, folder, name="authority"):
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        authority = x509.BasicConstraints(ca=True, path_length=None)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = self._builder(self._name, self._key.public_key())
        builder = builder.add_extension(authority, critical=True)
        builder = builder.add_extension(usage, critical=True)
        self.file = folder / f"{name}.pem"
        replace(self.file, _pem(builder.sign(self._key, hashes.SHA256())))

    def issue(self, label, name="localhost"):
        """The files of a certificate for `name` and 127.0.0.1, and of its key. They replace those
        of the same `label`."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        builder = self._builder(_name(name), key.public_key())
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        certificate = self._folder / f"{label}.pem"
        key_file = self._folder / f"{label}-key.pem"
        replace(certificate, _pem(builder.sign(self._key, hashes.SHA256())))
        replace(
            key_file,
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )
        return certificate, key_file

    def trusting(self):
        """What a client knows that trusts this authority and no other."""
        return ssl.create_default_context(cafile=self.file)

    def _builder(self, subject, public_key):
        now = datetime.datetime.now(datetime.timezone.utc)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - DAY)
            .not_valid_after(now + DAY)
        )


def replace(file, content):
    """As certificates should be replaced: nobody sees half of one."""
    new = file.with_suffix(".new")
    new.write_bytes(content)
    os.replace(new, file)


def _name(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM)
