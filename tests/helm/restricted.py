"""The rules of Pod Security's profiles "baseline" and "restricted", as of Kubernetes 1.34.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

VOLUMES = {
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "persistentVolumeClaim",
    "projected",
    "secret",
}
SYSCTLS = {
    "kernel.shm_rmid_forced",
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_unprivileged_port_start",
    "net.ipv4.tcp_syncookies",
    "net.ipv4.ping_group_range",
    "net.ipv4.ip_local_reserved_ports",
    "net.ipv4.tcp_keepalive_time",
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
}
SECCOMP = ("RuntimeDefault", "Localhost")
SELINUX = {None, "", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"}


def violations(pod):
    """What the profile "restricted" has against it, a line each."""
    spec = pod["spec"]
    yield from _of_pod(pod, spec)
    for kind in ("initContainers", "containers", "ephemeralContainers"):
        for container in spec.get(kind, []):
            for words in _of_container(container, spec.get("securityContext", {})):
                yield f"{container['name']}: {words}"


def _of_pod(pod, spec):
    for flag in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(flag):
            yield flag
    for volume in spec.get("volumes", []):
        for kind in set(volume) - {"name"} - VOLUMES:
            yield f"volume {volume['name']} is of {kind}"
    context = spec.get("securityContext", {})
    yield from _of_both(context)
    for sysctl in context.get("sysctls", []):
        if sysctl["name"] not in SYSCTLS:
            yield f"sysctl {sysctl['name']}"
    for name, value in pod.get("metadata", {}).get("annotations", {}).items():
        if "apparmor" in name and value not in ("runtime/default",) and "localhost/" not in value:
            yield f"{name}: {value}"


def _of_both(context):
    if context.get("runAsUser") == 0:
        yield "runAsUser 0"
    if context.get("seLinuxOptions", {}).get("type") not in SELINUX:
        yield "seLinuxOptions.type"
    if context.get("seLinuxOptions", {}).keys() & {"user", "role"}:
        yield "seLinuxOptions.user or role"
    if context.get("windowsOptions", {}).get("hostProcess"):
        yield "hostProcess"
    if context.get("appArmorProfile", {}).get("type", "RuntimeDefault") == "Unconfined":
        yield "appArmorProfile Unconfined"


def _of_container(container, of_pod):
    context = container.get("securityContext", {})
    yield from _of_both(context)
    if context.get("privileged"):
        yield "privileged"
    if context.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation is not false"
    capabilities = context.get("capabilities", {})
    if "ALL" not in capabilities.get("drop", []):
        yield "capabilities do not drop ALL"
    for added in set(capabilities.get("add", [])) - {"NET_BIND_SERVICE"}:
        yield f"adds capability {added}"
    if context.get("runAsNonRoot", of_pod.get("runAsNonRoot")) is not True:
        yield "runAsNonRoot is not true"
    seccomp = context.get("seccompProfile", of_pod.get("seccompProfile", {}))
    if seccomp.get("type") not in SECCOMP:
        yield "seccompProfile"
    if context.get("procMount", "Default") != "Default":
        yield "procMount"
    for port in container.get("ports", []):
        if port.get("hostPort"):
            yield f"hostPort {port['hostPort']}"
    hooks = container.get("lifecycle", {})
    probes = [hooks.get("preStop"), hooks.get("postStart")]
    probes += [container.get(f"{kind}Probe") for kind in ("startup", "liveness", "readiness")]
    for probe in probes:
        for how in ("httpGet", "tcpSocket"):
            if probe and probe.get(how, {}).get("host"):
                yield f"{how} of another host"
