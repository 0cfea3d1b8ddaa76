{{/* What the pod needs beside the container: parts for the lists of its spec, and of its main container. */}}

{{/* For volumes. */}}
{{- define "rookery-sidecar.volumes" -}}
{{- $values := index .Values "rookery-sidecar" -}}
{{- $spool := $values.spool -}}
- name: rookery-spool
  {{- if eq $spool.kind "emptyDir" }}
  emptyDir: {sizeLimit: {{ $spool.size }}}
  {{- else if eq $spool.kind "hostPath" }}
  hostPath: {path: {{ default (printf "/var/lib/rookery-sidecar/%s-%s" (default .Release.Namespace $values.upstream.namespace) $values.upstream.fullname) $spool.hostPath }}, type: DirectoryOrCreate}
  {{- else }}
  ephemeral:
    volumeClaimTemplate:
      spec:
        accessModes: [ReadWriteOnce]
        {{- with $spool.storageClass }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests: {storage: {{ $spool.size }}}
  {{- end }}
{{- with $values.upstream.caConfigMap.name }}
- name: rookery-ca
  configMap: {name: {{ . }}}
{{- end }}
{{- with $values.upstream.clientCertificateSecret }}
- name: rookery-client
  secret: {secretName: {{ . }}, defaultMode: 0440}
{{- end }}
{{- with $values.token.secret }}
- name: rookery-token
  secret: {secretName: {{ . }}, defaultMode: 0440}
{{- end }}
{{- end }}

{{/* For env of main containers. */}}
{{- define "rookery-sidecar.env" -}}
- {name: MLFLOW_TRACKING_URI, value: "http://127.0.0.1:{{ (index .Values "rookery-sidecar").port }}"}
{{- end }}

{{/* For lifecycle of the main container that logs: its end waits until what it has logged is with the server. The kubelet
     asks at the pod's own address, which is the sidecar's too, so that no shell is needed. It runs when the pod is told to
     end; a Job's container that ends by itself is followed by the sidecar's own SIGTERM, with drainSeconds. */}}
{{- define "rookery-sidecar.lifecycle" -}}
{{- $values := index .Values "rookery-sidecar" -}}
preStop:
  httpGet: {path: "/flush?timeout={{ $values.flushSeconds }}s", port: {{ $values.metricsPort }}}
{{- end }}

{{/* For securityContext of the pod: the user that the spool's volume is given to. */}}
{{- define "rookery-sidecar.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile: {type: RuntimeDefault}
{{- end }}
