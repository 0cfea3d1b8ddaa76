{{/* The sidecar's container. It belongs under initContainers: with restartPolicy Always it starts before the main
     containers, ends after them, and keeps no Job from completing. */}}
{{- define "rookery-sidecar.container" -}}
{{- include "rookery-sidecar.check" . -}}
{{- $values := index .Values "rookery-sidecar" -}}
- name: rookery-sidecar
  image: {{ include "rookery-sidecar.image" . }}
  imagePullPolicy: {{ $values.image.pullPolicy }}
  restartPolicy: Always
  args:
    - run
    - --spool={{ include "rookery-sidecar.spool" . }}
    - --spool-max={{ $values.spool.max }}
    - --http=127.0.0.1:{{ $values.port }}
    - "--metrics={{ ternary "[::]" $values.metricsAddress (eq $values.metricsAddress "::") }}:{{ $values.metricsPort }}"
    {{- include "rookery-sidecar.upstream" . | trim | nindent 4 }}
    - --drain-seconds={{ $values.drainSeconds }}
    - --log-level={{ $values.logLevel }}
    {{- range $values.extraArgs }}
    - {{ . | quote }}
    {{- end }}
  {{- if eq $values.spool.kind "hostPath" }}
  env:
    - name: POD_UID
      valueFrom: {fieldRef: {fieldPath: metadata.uid}}
  {{- end }}
  ports:
    - {name: sidecar-metrics, containerPort: {{ $values.metricsPort }}, protocol: TCP}
  # Main containers start after it: the first line that they log finds it ready.
  startupProbe:
    httpGet: {path: /startupz, port: sidecar-metrics}
    periodSeconds: 1
    failureThreshold: 60
  # None of them asks whether the server is there: that is what the sidecar is for.
  readinessProbe:
    httpGet: {path: /readyz, port: sidecar-metrics}
    periodSeconds: 5
    timeoutSeconds: 3
  livenessProbe:
    httpGet: {path: /livez, port: sidecar-metrics}
    periodSeconds: 10
    timeoutSeconds: 5
    failureThreshold: 6
  securityContext:
    allowPrivilegeEscalation: false
    readOnlyRootFilesystem: true
    runAsNonRoot: true
    capabilities: {drop: [ALL]}
    seccompProfile: {type: RuntimeDefault}
  resources:
    {{- toYaml $values.resources | nindent 4 }}
  volumeMounts:
    - {name: rookery-spool, mountPath: {{ ternary "/spools" "/spool" (eq $values.spool.kind "hostPath") }}}
    {{- if $values.upstream.caConfigMap.name }}
    - {name: rookery-ca, mountPath: /etc/rookery/ca, readOnly: true}
    {{- end }}
    {{- if $values.upstream.clientCertificateSecret }}
    - {name: rookery-client, mountPath: /etc/rookery/client, readOnly: true}
    {{- end }}
    {{- if $values.token.secret }}
    - {name: rookery-token, mountPath: /etc/rookery/token, readOnly: true}
    {{- end }}
    {{- with $values.mounts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end }}

{{/* Flags that say where the server is, and how to enter it. */}}
{{- define "rookery-sidecar.upstream" -}}
{{- $values := index .Values "rookery-sidecar" -}}
{{- $upstream := $values.upstream -}}
{{- if $upstream.tracking }}
- --upstream={{ $upstream.tracking }}
{{- with $upstream.registry }}
- --upstream-registry={{ . }}
{{- end }}
{{- with $upstream.artifact }}
- --upstream-artifacts={{ . }}
{{- end }}
{{- else }}
{{- $namespace := default .Release.Namespace $upstream.namespace }}
{{- range $flag, $service := dict "--upstream" "tracking:5101" "--upstream-registry" "registry:5102" "--upstream-artifacts" "artifact:5103" }}
{{- $parts := splitList ":" $service }}
- {{ $flag }}={{ ternary "rookerys" "rookery" $upstream.tls }}://{{ $upstream.fullname }}-{{ first $parts }}.{{ $namespace }}.svc.{{ $upstream.clusterDomain }}:{{ last $parts }}
{{- end }}
{{- end }}
{{- with $upstream.caConfigMap }}
{{- if .name }}
- --upstream-ca=/etc/rookery/ca/{{ .key }}
{{- end }}
{{- end }}
{{- if $upstream.clientCertificateSecret }}
- --upstream-cert=/etc/rookery/client/tls.crt
- --upstream-key=/etc/rookery/client/tls.key
{{- end }}
{{- if $values.token.file }}
- --upstream-token-file={{ $values.token.file }}
{{- else if $values.token.secret }}
- --upstream-token-file=/etc/rookery/token/{{ $values.token.key }}
{{- end }}
{{- end }}

{{- define "rookery-sidecar.image" -}}
{{- $values := index .Values "rookery-sidecar" -}}
{{- with $values.image.registry }}{{ trimSuffix "/" . }}/{{ end -}}
rookery-sidecar
{{- if $values.image.digest -}}
@{{ $values.image.digest }}
{{- else -}}
:{{ $values.image.tag }}
{{- end -}}
{{- end }}

{{/* On a folder that pods of a node share, each has the one that its id names. */}}
{{- define "rookery-sidecar.spool" -}}
{{- if eq (index .Values "rookery-sidecar").spool.kind "hostPath" -}}
/spools/$(POD_UID)
{{- else -}}
/spool
{{- end -}}
{{- end }}

{{- define "rookery-sidecar.check" -}}
{{- $values := index .Values "rookery-sidecar" -}}
{{- if and $values.token.secret $values.token.file -}}
{{- fail "\n\nrookery-sidecar.token: set secret or file, not both.\n" -}}
{{- end -}}
{{- if and (or $values.upstream.registry $values.upstream.artifact) (not $values.upstream.tracking) -}}
{{- fail "\n\nrookery-sidecar.upstream: registry and artifact are for where tracking is given, too.\n" -}}
{{- end -}}
{{- if and (eq $values.spool.kind "hostPath") $values.upstream.tracking (not $values.spool.hostPath) -}}
{{- fail "\n\nrookery-sidecar.spool.hostPath: with upstream.tracking given, say which folder the adopter there looks after.\n" -}}
{{- end -}}
{{- if ne $values.spool.kind "hostPath" -}}
{{- $max := include "rookery-sidecar.bytes" $values.spool.max | int64 -}}
{{- $size := include "rookery-sidecar.bytes" $values.spool.size | int64 -}}
{{- if lt (mul $size 4) (mul $max 5) -}}
{{- fail (printf "\n\nrookery-sidecar.spool: size is %s and max is %s. A volume that fills up evicts the pod: make size at least 1.25 times max.\n" $values.spool.size $values.spool.max) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* 1GiB (the sidecar's notation) or 1280Mi (Kubernetes') in bytes. */}}
{{- define "rookery-sidecar.bytes" -}}
{{- $text := trimSuffix "B" . -}}
{{- $number := regexFind "^[0-9]+" $text | int64 -}}
{{- $units := dict "" 1 "Ki" 1024 "Mi" 1048576 "Gi" 1073741824 "Ti" 1099511627776 "K" 1000 "k" 1000 "M" 1000000 "G" 1000000000 "T" 1000000000000 -}}
{{- mul $number (index $units (regexFind "[A-Za-z]*$" $text)) -}}
{{- end }}
