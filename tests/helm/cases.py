"""Values of installations that differ, each as a user would write them."""

TRIAL = {"auth": {"insecureAllowUnauthenticated": True}, "postgresql": {"enabled": True}}
EXTERNAL = {
    "auth": {
        "entra": {"tenants": ["72f988bf-0000-4000-8000-000000000000"]},
        "audiences": ["api://rookery"],
    },
    "database": {"existingSecret": "database"},
}
PEER = {"namespaceSelector": {"matchLabels": {"team": "ml"}}}
SCRAPER = {"namespaceSelector": {"matchLabels": {"team": "monitoring"}}}
INGRESS_CONTROLLER = {"namespaceSelector": {"matchLabels": {"team": "ingress"}}}


def merged(*values):
    """Later ones count; dicts are joined."""
    result = {}
    for each in values:
        for key, value in each.items():
            old = result.get(key)
            both = isinstance(old, dict) and isinstance(value, dict)
            result[key] = merged(old, value) if both else value
    return result


ISSUERS = {
    "auth": {
        "entra": {"tenants": []},
        "issuers": [
            {"issuer": "https://login.example.org", "keys": "https://login.example.org/keys"},
            {
                "issuer": "https://other.example.org",
                "keysConfigMap": {"name": "keys", "key": "k.json"},
            },
        ],
        "tenants": ["t1", "t2"],
        "apps": ["app"],
        "keysCaConfigMap": {"name": "keys-ca"},
    }
}
MUTUAL = {
    "tls": {
        "existingSecret": "certificates",
        "clientCertificates": {"enabled": True, "gateway": True, "gatewayCaSecret": "clients"},
    },
    "tests": {"clientCertificate": {"existingSecret": "client"}},
}
# On a node the port is guarded from outside, or not served.
ON_NODES = {"sidecar": {"daemonSet": {"enabled": True, "insecureAllowUnauthenticated": True}}}
SIDECARS_TOKEN = {"sidecar": {"token": {"existingSecret": "sidecar-token"}}}
DAEMON_SET = merged(ON_NODES, SIDECARS_TOKEN)
ADOPTER = merged(SIDECARS_TOKEN, {"sidecar": {"daemonSet": {"enabled": True, "serve": False}}})
SHARED_VOLUME = {"artifact": {"replicas": 2, "persistence": {"accessModes": ["ReadWriteMany"]}}}
SERVICES = ("gateway", "tracking", "registry", "artifact")

CASES = {
    "trial": TRIAL,
    "external database and tokens": EXTERNAL,
    "bundled database, settings, a Secret": merged(
        EXTERNAL,
        {
            "database": {"existingSecret": ""},
            "postgresql": {
                "enabled": True,
                "existingSecret": "password",
                "settings": {"shared_buffers": "1GB", "random_page_cost": 1.1, "work_mem": 1048576},
                "persistence": {"storageClass": "-", "annotations": {"a": "b"}},
                "image": {"digest": "sha256:" + "0" * 64},
            },
        },
    ),
    "other issuers": merged(EXTERNAL, ISSUERS),
    "a database with an authority, a proxy": merged(
        EXTERNAL,
        {
            "database": {"caConfigMap": {"name": "database-ca", "key": "ca.pem"}},
            "extraEnv": [{"name": "HTTPS_PROXY", "value": "http://proxy:3128"}],
            "networkPolicy": {"tokenKeys": {"port": 3128}},
        },
    ),
    "Azure's management API": merged(
        EXTERNAL, {"auth": {"apps": ["app"], "allowAzureManagement": True}}
    ),
    "mutual TLS": merged(EXTERNAL, MUTUAL),
    "client certificates instead of tokens": merged(
        {"database": {"existingSecret": "database"}}, MUTUAL
    ),
    "cert-manager": merged(
        EXTERNAL, {"tls": {"certManager": {"issuerRef": {"name": "ca", "kind": "ClusterIssuer"}}}}
    ),
    "a public certificate": merged(
        EXTERNAL,
        {
            "tls": {"gateway": {"existingSecret": "public"}},
            "gateway": {"allowedHosts": ["r.example.org"]},
        },
    ),
    "a known authority": merged(
        EXTERNAL,
        {
            "tls": {
                "existingSecret": "certificates",
                "caCertificate": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
            }
        },
    ),
    "plain": merged(TRIAL, {"tls": {"enabled": False}}),
    "DaemonSet": merged(EXTERNAL, DAEMON_SET),
    "DaemonSet, plain, one address": merged(
        TRIAL,
        {"tls": {"enabled": False}},
        ON_NODES,
        {"sidecar": {"daemonSet": {"hostIP": "127.0.0.1"}}},
    ),
    "adopter alone": merged(EXTERNAL, ADOPTER),
    "sidecar without adopter, mutual TLS": merged(
        EXTERNAL,
        MUTUAL,
        DAEMON_SET,
        {
            "sidecar": {
                "adopter": {"enabled": False},
                "clientCertificate": {"existingSecret": "node"},
            }
        },
    ),
    "ingress": merged(
        EXTERNAL,
        {
            "ingress": {
                "enabled": True,
                "className": "nginx",
                "hosts": ["rookery.example.org"],
                "annotations": {"nginx.ingress.kubernetes.io/backend-protocol": "HTTPS"},
                "tls": [{"hosts": ["rookery.example.org"], "secretName": "public"}],
            }
        },
    ),
    "HTTPRoute": merged(
        EXTERNAL,
        {
            "gatewayApi": {
                "enabled": True,
                "parentRefs": [{"name": "g"}],
                "hostnames": ["r.example.org"],
            }
        },
    ),
    "TLSRoute, mutual TLS": merged(
        EXTERNAL,
        MUTUAL,
        {
            "gatewayApi": {
                "enabled": True,
                "route": "TLSRoute",
                "parentRefs": [{"name": "g"}],
                "hostnames": ["r.example.org"],
            }
        },
    ),
    "autoscaling": merged(
        EXTERNAL,
        SHARED_VOLUME,
        {name: {"autoscaling": {"enabled": True}} for name in SERVICES},
        {
            "gateway": {
                "autoscaling": {"behavior": {"scaleDown": {"stabilizationWindowSeconds": 60}}}
            }
        },
    ),
    "monitoring": merged(
        EXTERNAL,
        DAEMON_SET,
        {
            "monitoring": {
                "enabled": True,
                "labels": {"release": "prometheus"},
                "dashboards": {"enabled": True},
            },
            "networkPolicy": {"scrapers": [SCRAPER]},
        },
    ),
    "closed network": merged(
        EXTERNAL,
        {
            "networkPolicy": {
                "clients": [INGRESS_CONTROLLER],
                "dataClients": [PEER],
                "sidecars": [PEER],
                "scrapers": [SCRAPER],
                "dns": [
                    {
                        "namespaceSelector": {},
                        "podSelector": {"matchLabels": {"k8s-app": "kube-dns"}},
                    }
                ],
                "database": {"to": [{"ipBlock": {"cidr": "10.1.2.3/32"}}], "port": 5433},
                "tokenKeys": {"to": [{"ipBlock": {"cidr": "20.0.0.0/8"}}]},
            }
        },
    ),
    "IPv6": merged(
        EXTERNAL, DAEMON_SET, {"listenAddress": "::", "ipFamilyPolicy": "PreferDualStack"}
    ),
    "everything else": merged(
        EXTERNAL,
        SHARED_VOLUME,
        {
            "fullnameOverride": "models",
            "image": {
                "registry": "registry.example.org/ml/",
                "tag": "1",
                "digests": {"rookery-gateway": "sha256:" + "1" * 64},
            },
            "imagePullSecrets": [{"name": "pull"}],
            "serviceAccount": {"create": False, "name": "mine"},
            "commonLabels": {"cost": "ml"},
            "podLabels": {"mesh": "off"},
            "podAnnotations": {"x": "y"},
            "preStopSeconds": 0,
            "drainSeconds": 60,
            "networkPolicy": {"enabled": False},
            "migration": {"enabled": False},
            "tests": {"trackingUri": "https://r.example.org", "token": {"existingSecret": "t"}},
            "artifact": {
                "persistence": {"existingClaim": "files"},
                "urlSigningKey": {"existingSecret": "signing"},
                "service": {"type": "LoadBalancer", "annotations": {"a": "b"}},
            },
            "gateway": {
                "service": {
                    "type": "LoadBalancer",
                    "port": 443,
                    "loadBalancerSourceRanges": ["10.0.0.0/8"],
                    "externalTrafficPolicy": "Local",
                    "nodePort": 30443,
                },
                "blobUrl": "https://account.blob.{host}",
                "corsAllowedOrigins": ["https://ui.example.org"],
                "azureSubscriptions": ["00000000-0000-0000-0000-000000000001"],
                "extraArgs": ["--no-serve-artifacts"],
                "podDisruptionBudget": {"enabled": False},
                "nodeSelector": {"pool": "ml"},
                "tolerations": [{"operator": "Exists"}],
                "affinity": {"podAntiAffinity": {}},
                "priorityClassName": "high",
                "topologySpreadConstraints": [
                    {
                        "maxSkew": 1,
                        "topologyKey": "zone",
                        "whenUnsatisfiable": "DoNotSchedule",
                        "labelSelector": {},
                    }
                ],
            },
            "tracking": {"defaultArtifactRoot": "mlflow-artifacts:/"},
        },
    ),
}
