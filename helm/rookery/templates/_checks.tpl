{{/* What would render and not work, or not be safe, is refused here, in words that say what to do. values.schema.json has
     refused misspelt names before. */}}

{{- define "rookery.check" -}}
{{- include "rookery.check.auth" . -}}
{{- include "rookery.check.tls" . -}}
{{- include "rookery.check.database" . -}}
{{- include "rookery.check.artifact" . -}}
{{- include "rookery.check.ways" . -}}
{{- include "rookery.check.sidecar" . -}}
{{- end }}

{{- define "rookery.check.auth" -}}
{{- $auth := .Values.auth -}}
{{- $certificates := and .Values.tls.enabled .Values.tls.clientCertificates.enabled .Values.tls.clientCertificates.gateway -}}
{{- $tokens := include "rookery.auth.asksForTokens" . -}}
{{- if not (or $tokens $certificates $auth.insecureAllowUnauthenticated) -}}
{{- fail "\n\nNobody would be asked who he is. Say whose tokens are taken:\n  --set 'auth.entra.tenants={TENANT-GUID}' --set 'auth.audiences={api://YOUR-APP}'\nor the same of other issuers (auth.issuers, auth.tenants), or ask for client certificates\n(tls.clientCertificates.enabled and .gateway). For a trial, where everybody may do everything:\n  --set auth.insecureAllowUnauthenticated=true\n" -}}
{{- end -}}
{{- if and $tokens $auth.insecureAllowUnauthenticated -}}
{{- fail "\n\nauth.insecureAllowUnauthenticated is for a trial without tokens. Remove it, or auth.entra and auth.issuers.\n" -}}
{{- end -}}
{{- if and $tokens (not $auth.audiences) -}}
{{- fail "\n\nSay for whom tokens must be:\n  --set 'auth.audiences={api://YOUR-APP}'\nwith this server's URI, or the api://... that it is registered as. Tokens for others are not taken.\n" -}}
{{- end -}}
{{- if and $auth.issuers (not $auth.tenants) -}}
{{- fail "\n\nauth.issuers needs auth.tenants: the tenants (claim tid) whose tokens are taken from those issuers.\n" -}}
{{- end -}}
{{- range $auth.issuers -}}
{{- if eq (empty .keys) (empty .keysConfigMap) -}}
{{- fail (printf "\n\nauth.issuers: name the keys of %s, either as keys (an https URL) or as keysConfigMap ({name, key}).\n" .issuer) -}}
{{- end -}}
{{- end -}}
{{- if and $auth.allowAzureManagement (not (and $auth.apps (or $auth.entra.tenants $auth.tenants))) -}}
{{- fail "\n\nauth.allowAzureManagement needs auth.apps and named tenants: such tokens could be used on their owners' subscriptions.\n" -}}
{{- end -}}
{{- end }}

{{- define "rookery.check.tls" -}}
{{- $tls := .Values.tls -}}
{{- if and $tls.existingSecret $tls.certManager.issuerRef -}}
{{- fail "\n\ntls.existingSecret and tls.certManager.issuerRef both say where the certificate is from. Set one.\n" -}}
{{- end -}}
{{- if and (not $tls.enabled) (or $tls.clientCertificates.enabled $tls.clientCertificates.gateway) -}}
{{- fail "\n\ntls.clientCertificates needs tls.enabled.\n" -}}
{{- end -}}
{{- if and $tls.clientCertificates.gateway (not $tls.clientCertificates.enabled) -}}
{{- fail "\n\ntls.clientCertificates.gateway needs tls.clientCertificates.enabled: with certificates asked for at the gateway alone, whoever\nreaches the services behind it would not be asked.\n" -}}
{{- end -}}
{{- end }}

{{- define "rookery.check.database" -}}
{{- if and .Values.postgresql.enabled .Values.database.existingSecret -}}
{{- fail "\n\npostgresql.enabled and database.existingSecret both say where the database is. Set one.\n" -}}
{{- end -}}
{{- if not (or .Values.postgresql.enabled .Values.database.existingSecret) -}}
{{- fail (printf "\n\nThere is no database. Make a Secret with the URI of a PostgreSQL database, and name it:\n  kubectl --namespace %s create secret generic rookery-database \\\n    --from-literal=uri='postgresql://USER:PASSWORD@HOST:5432/DATABASE'\n  --set database.existingSecret=rookery-database\nor, for a trial or a small team, let the chart run one:\n  --set postgresql.enabled=true\n" .Release.Namespace) -}}
{{- end -}}
{{- end }}

{{- define "rookery.check.artifact" -}}
{{- $artifact := .Values.artifact -}}
{{- $several := or (and (not $artifact.autoscaling.enabled) (gt (int $artifact.replicas) 1)) (and $artifact.autoscaling.enabled (gt (int $artifact.autoscaling.maxReplicas) 1)) -}}
{{- if and $several (not (has "ReadWriteMany" $artifact.persistence.accessModes)) -}}
{{- fail (printf "\n\nSeveral replicas of artifact need a volume that several nodes can mount, and its accessModes are [%s]. Either\n  --set artifact.replicas=1 --set artifact.autoscaling.enabled=false\nor, with a storage class that can do it (NFS, Azure Files, EFS, CephFS),\n  --set 'artifact.persistence.accessModes={ReadWriteMany}' --set artifact.persistence.storageClass=...\n" (join ", " $artifact.persistence.accessModes)) -}}
{{- end -}}
{{- end }}

{{- define "rookery.check.ways" -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "\n\ningress.enabled needs ingress.hosts: the gateway serves only names that it knows.\n" -}}
{{- end -}}
{{- if and .Values.gatewayApi.enabled (not (and .Values.gatewayApi.parentRefs .Values.gatewayApi.hostnames)) -}}
{{- fail "\n\ngatewayApi.enabled needs gatewayApi.parentRefs and gatewayApi.hostnames.\n" -}}
{{- end -}}
{{- $ends := or .Values.ingress.enabled (and .Values.gatewayApi.enabled (eq .Values.gatewayApi.route "HTTPRoute")) -}}
{{- if and $ends .Values.tls.clientCertificates.gateway -}}
{{- fail "\n\nAn Ingress or HTTPRoute ends TLS, so clients' certificates would not reach the gateway (tls.clientCertificates.gateway).\nPass TLS through: --set gatewayApi.route=TLSRoute, or a Service of type LoadBalancer.\n" -}}
{{- end -}}
{{- if and .Values.gatewayApi.enabled (eq .Values.gatewayApi.route "TLSRoute") (not .Values.tls.enabled) -}}
{{- fail "\n\ngatewayApi.route=TLSRoute passes TLS through to the gateway, which needs tls.enabled.\n" -}}
{{- end -}}
{{- end }}

{{- define "rookery.check.sidecar" -}}
{{- if .Values.sidecar.daemonSet.enabled -}}
{{- if not (or .Values.sidecar.daemonSet.serve .Values.sidecar.adopter.enabled) -}}
{{- fail "\n\nsidecar.daemonSet.enabled has nothing to run: set sidecar.daemonSet.serve or sidecar.adopter.enabled.\n" -}}
{{- end -}}
{{- if and .Values.sidecar.daemonSet.serve (not .Values.sidecar.daemonSet.insecureAllowUnauthenticated) -}}
{{- fail (printf "\n\nA node's sidecar asks nobody who he is: whoever reaches port %d of a node reads and writes with the sidecar's token.\nWhere only friends do (sidecar.daemonSet.hostIP, sidecar.networkPolicy.clients, a firewall):\n  --set sidecar.daemonSet.insecureAllowUnauthenticated=true\nFor the adopter alone, beside sidecars in pods:\n  --set sidecar.daemonSet.serve=false\n" (int .Values.sidecar.daemonSet.hostPort)) -}}
{{- end -}}
{{- if and (include "rookery.auth.asksForTokens" .) (not .Values.sidecar.token.existingSecret) -}}
{{- fail "\n\nThe services ask for tokens, so the DaemonSet's sidecars need one: make a Secret with a bearer token, keep it fresh, and name it:\n  --set sidecar.token.existingSecret=NAME\n" -}}
{{- end -}}
{{- if and .Values.tls.clientCertificates.enabled (not .Values.sidecar.clientCertificate.existingSecret) -}}
{{- fail "\n\nThe services ask for certificates, so the DaemonSet's sidecars need one: make a Secret with tls.crt and tls.key, and name it:\n  --set sidecar.clientCertificate.existingSecret=NAME\n" -}}
{{- end -}}
{{- end -}}
{{- end }}
