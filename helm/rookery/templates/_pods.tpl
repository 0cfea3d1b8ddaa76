{{/* What all pods have in common: all that Pod Security's profile "restricted" asks for, and more. */}}

{{/* A pod of ours, which never calls Kubernetes. Context: the root. */}}
{{- define "rookery.podCommon" -}}
automountServiceAccountToken: false
# Variables of Services whose names begin with rookery would be read as flags.
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "rookery.podSecurity" -}}
securityContext:
  runAsNonRoot: true
  runAsUser: 65532
  runAsGroup: 65532
  # Secrets and volumes are given to this group, and are no one else's.
  fsGroup: 65532
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- end }}

{{- define "rookery.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* (list $ "tracking" ANNOTATIONS): metadata of a pod template. */}}
{{- define "rookery.podMetadata" -}}
{{- $root := index . 0 -}}
labels:
  {{- include "rookery.podLabels" . | nindent 2 }}
{{- with merge (dict) (index . 2) $root.Values.podAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Values with nodeSelector and so on: where a pod may run. */}}
{{- define "rookery.placement" -}}
{{- with .priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* (list $ "tracking" CONSTRAINTS): over nodes and zones. */}}
{{- define "rookery.spread" -}}
topologySpreadConstraints:
{{- with index . 2 }}
  {{- toYaml . | nindent 2 }}
{{- else }}
{{- range list "kubernetes.io/hostname" "topology.kubernetes.io/zone" }}
  - topologyKey: {{ . }}
    maxSkew: 1
    whenUnsatisfiable: ScheduleAnyway
    labelSelector:
      matchLabels:
        {{- include "rookery.selector" $ | nindent 8 }}
    # Each rollout by itself: old pods are about to go.
    matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end }}
{{- end }}

{{/* How a server is told to stop: it serves on while endpoints forget it (the images have no shell to sleep in), then
     drains. Context: the root. */}}
{{- define "rookery.preStop" -}}
{{- if and .Values.preStopSeconds (semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version) }}
lifecycle:
  preStop:
    sleep: {seconds: {{ .Values.preStopSeconds }}}
{{- end }}
{{- end }}

{{/* After the drain a program takes a second at most; the rest is for a busy node. */}}
{{- define "rookery.graceSeconds" -}}
{{ add .Values.preStopSeconds .Values.drainSeconds 10 }}
{{- end }}
