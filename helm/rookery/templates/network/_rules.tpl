{{/* Pieces of NetworkPolicies. */}}

{{/* (list $ "tracking" ...): peers that are components of this release. */}}
{{- define "rookery.network.components" -}}
{{- $root := index . 0 -}}
{{- range rest . }}
- podSelector:
    matchLabels:
      {{- include "rookery.selector" (list $root .) | nindent 6 }}
{{- end }}
{{- end }}

{{/* (list DIRECTION PEERS PORT...): a rule. PEERS is YAML text; empty: everybody. */}}
{{- define "rookery.network.rule" -}}
{{- $peers := index . 1 | trim -}}
- ports:
    {{- range slice . 2 }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
  {{- with $peers }}
  {{ index $ 0 }}:
    {{- . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* A list of the values as YAML text; nothing for an empty one. */}}
{{- define "rookery.network.peers" -}}
{{- with . }}{{ toYaml . }}{{ end -}}
{{- end }}

{{/* A rule for the scrapers, if there are any: (list $ PORT) */}}
{{- define "rookery.network.scraped" -}}
{{- with (index . 0).Values.networkPolicy.scrapers }}
{{ include "rookery.network.rule" (list "from" (toYaml .) (index $ 1)) }}
{{- end }}
{{- end }}

{{- define "rookery.network.dns" }}
- ports:
    - {port: 53, protocol: UDP}
    - {port: 53, protocol: TCP}
  {{- with .Values.networkPolicy.dns }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end }}

{{/* Where tokens' keys are. */}}
{{- define "rookery.network.keys" }}
{{- if include "rookery.auth.fetchesKeys" . }}
{{ include "rookery.network.rule" (list "to" (include "rookery.network.peers" .Values.networkPolicy.tokenKeys.to) .Values.networkPolicy.tokenKeys.port) }}
{{- end }}
{{- end }}

{{- define "rookery.network.database" }}
{{- if .Values.postgresql.enabled }}
{{ include "rookery.network.rule" (list "to" (include "rookery.network.components" (list . "postgresql")) 5432) }}
{{- else }}
{{ include "rookery.network.rule" (list "to" (include "rookery.network.peers" .Values.networkPolicy.database.to) .Values.networkPolicy.database.port) }}
{{- end }}
{{- end }}

{{/* Who may call a service by gRPC: (list $ "gateway" ...), and sidecars. */}}
{{- define "rookery.network.callers" -}}
{{- $root := index . 0 -}}
{{ include "rookery.network.components" (concat . (ternary (list "sidecar") (list) $root.Values.sidecar.daemonSet.enabled)) }}
{{ include "rookery.network.peers" $root.Values.networkPolicy.sidecars }}
{{- end }}

{{/* A policy. Context: a dict of root, name, ingress and egress (YAML text), annotations. What is not allowed by it is
     refused. The kubelet's probes come from the pod's own node, which policies let through. */}}
{{- define "rookery.network.policy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  {{- include "rookery.metadata" (list .root .name (printf "%s-%s" (include "rookery.fullname" .root) .name)) | nindent 2 }}
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  podSelector:
    matchLabels:
      {{- include "rookery.selector" (list .root .name) | nindent 6 }}
  policyTypes: [Ingress, Egress]
  ingress:
    {{- with include "rookery.lines" (list .ingress) }}
    {{- . | nindent 4 }}
    {{- else }} []
    {{- end }}
  egress:
    {{- with include "rookery.lines" (list .egress) }}
    {{- . | nindent 4 }}
    {{- else }} []
    {{- end }}
{{- end }}
