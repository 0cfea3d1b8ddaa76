{{/* Deployment of one of the four services. Context: a dict of
       root, name      the component, whose values are .Values.<name>
       ports           of the container: {name: number}
       probes, args, env, mounts, volumes, initContainers   as YAML text
       annotations     of the pod
       recreate        whether two pods may not be there at once */}}
{{- define "rookery.deployment" -}}
{{- $root := .root -}}
{{- $values := index $root.Values .name -}}
{{- $program := printf "rookery-%s" .name -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  {{- include "rookery.metadata" (list $root .name (printf "%s-%s" (include "rookery.fullname" $root) .name)) | nindent 2 }}
spec:
  {{- if not $values.autoscaling.enabled }}
  replicas: {{ $values.replicas }}
  {{- end }}
  revisionHistoryLimit: 5
  strategy:
    {{- if .recreate }}
    # The volume can be on one node alone, so the old pod goes before the new one comes.
    type: Recreate
    {{- else }}
    type: RollingUpdate
    rollingUpdate: {maxUnavailable: 0, maxSurge: 1}
    {{- end }}
  selector:
    matchLabels:
      {{- include "rookery.selector" (list $root .name) | nindent 6 }}
  template:
    metadata:
      {{- include "rookery.podMetadata" (list $root .name (merge (dict) (default (dict) .annotations) $values.podAnnotations)) | nindent 6 }}
    spec:
      serviceAccountName: {{ include "rookery.serviceAccountName" $root }}
      {{- include "rookery.podCommon" $root | nindent 6 }}
      terminationGracePeriodSeconds: {{ include "rookery.graceSeconds" $root }}
      {{- include "rookery.podSecurity" $root | nindent 6 }}
      {{- with include "rookery.lines" (list .initContainers) }}
      initContainers:
        {{- . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .name }}
          image: {{ include "rookery.image" (list $root $program) }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          args:
            {{- $common := list (printf "--drain-seconds=%v" $root.Values.drainSeconds) (printf "--log-level=%s" $root.Values.logLevel) }}
            {{- $more := concat $common $values.extraArgs | join "\n" }}
            {{- include "rookery.args" (list .args (include "rookery.auth.args" $root) $more) | nindent 12 }}
          {{- with include "rookery.lines" (list .env (ternary (toYaml $root.Values.extraEnv) "" (not (empty $root.Values.extraEnv)))) }}
          env:
            {{- . | nindent 12 }}
          {{- end }}
          ports:
            {{- range $name, $port := .ports }}
            - {name: {{ $name }}, containerPort: {{ $port }}, protocol: TCP}
            {{- end }}
          {{- .probes | nindent 10 }}
          {{- include "rookery.preStop" $root | trim | nindent 10 }}
          {{- include "rookery.containerSecurity" $root | nindent 10 }}
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          {{- with include "rookery.lines" (list (include "rookery.tls.mounts" (list $root .name)) (include "rookery.auth.mounts" $root) .mounts) }}
          volumeMounts:
            {{- . | nindent 12 }}
          {{- end }}
      {{- with include "rookery.lines" (list (include "rookery.tls.volumes" (list $root .name)) (include "rookery.auth.volumes" $root) .volumes) }}
      volumes:
        {{- . | nindent 8 }}
      {{- end }}
      {{- with include "rookery.lines" (list (include "rookery.placement" $values)) }}
      {{- . | nindent 6 }}
      {{- end }}
      {{- include "rookery.spread" (list $root .name $values.topologySpreadConstraints) | nindent 6 }}
{{- end }}

{{/* Probes of a gRPC program: (list $ GRPC-PORT). /health and /ready depend neither on the database nor on other
     services, so that one that is away restarts nothing.
     Readiness asks gRPC itself where it is plain; the kubelet's gRPC probe speaks no TLS and has neither a certificate
     nor a token, so with TLS it asks the admin port, which stays plain for this. Liveness always does: gRPC's health
     turns to NOT_SERVING while a pod drains, which is no reason to kill it. */}}
{{- define "rookery.grpcProbes" -}}
startupProbe:
  httpGet: {path: /health, port: admin}
  periodSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /health, port: admin}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
readinessProbe:
  {{- if (index . 0).Values.tls.enabled }}
  httpGet: {path: /ready, port: admin}
  {{- else }}
  grpc: {port: {{ index . 1 }}}
  {{- end }}
  periodSeconds: 5
  timeoutSeconds: 3
  failureThreshold: 2
{{- end }}
