import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.mlflow.api.proto.ModelRegistry.ModelVersion;
import org.mlflow.api.proto.Service.FileInfo;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowHttpException;
import org.mlflow.tracking.RunsPage;

/**
 * What a user of MLflow's Java client does, against the server whose address is the first argument;
 * the second is an empty folder. Ends with an exception, and so not with 0, at the first surprise.
 */
public final class Journey {
  private static final int RUNS = 5;

  private final MlflowClient client;
  private final Path folder;

  private Journey(MlflowClient client, Path folder) {
    this.client = client;
    this.folder = folder;
  }

  public static void main(String[] arguments) throws Exception {
    try (MlflowClient client = new MlflowClient(arguments[0])) {
      new Journey(client, Path.of(arguments[1])).all();
    }
    System.out.println("all as expected");
  }

  private void all() throws Exception {
    String experiment = experiments();
    List<String> runs = new ArrayList<>();
    for (int i = 0; i < RUNS; ++i) {
      runs.add(run(experiment, i));
    }
    search(experiment, runs);
    String run = runs.get(0);
    artifacts(run);
    registry(run);
    lifecycle(experiment, run);
  }

  private String experiments() {
    String id = client.createExperiment("java");
    expect("name", client.getExperiment(id).getName(), "java");
    client.renameExperiment(id, "java renamed");
    client.setExperimentTag(id, "team", "birds");
    expect("tag", client.getExperiment(id).getTags(0).getValue(), "birds");
    expect("by name", client.getExperimentByName("java renamed").get().getExperimentId(), id);
    expect("no such name", client.getExperimentByName("java").isPresent(), false);
    try {
      client.createExperiment("java renamed");
      throw new AssertionError("a name was given twice");
    } catch (MlflowHttpException refused) {
      expect("status", refused.getStatusCode(), 400);
    }
    return id;
  }

  private String run(String experiment, int number) {
    RunInfo info = client.createRun(experiment);
    String id = info.getRunId();
    expect("running", info.getStatus(), RunStatus.RUNNING);
    client.logParam(id, "depth", String.valueOf(number));
    for (int step = 0; step < 3; ++step) {
      client.logMetric(id, "loss", 1.0 / (step + number + 1), 1000 + step, step);
    }
    client.logBatch(
        id,
        List.of(metric("accuracy", number / 10.0), metric("nothing", Double.NaN)),
        List.of(Param.newBuilder().setKey("width").setValue("ü").build()),
        List.of(RunTag.newBuilder().setKey("odd/even").setValue(number % 2 == 0 ? "even" : "odd").build()));
    client.setTag(id, "gone", "soon");
    client.deleteTag(id, "gone");
    client.setTerminated(id, RunStatus.FINISHED, 5000);

    Run read = client.getRun(id);
    expect("status", read.getInfo().getStatus(), RunStatus.FINISHED);
    expect("end time", read.getInfo().getEndTime(), 5000L);
    expect("params", read.getData().getParamsCount(), 2);
    expect("metrics", read.getData().getMetricsCount(), 3);
    List<Metric> history = client.getMetricHistory(id, "loss");
    expect("history", history.size(), 3);
    expect("last step", history.get(2).getStep(), 2L);
    return id;
  }

  private static Metric metric(String key, double value) {
    return Metric.newBuilder().setKey(key).setValue(value).setTimestamp(1).setStep(0).build();
  }

  private void search(String experiment, List<String> runs) {
    Set<String> found = new HashSet<>();
    RunsPage page =
        client.searchRuns(
            List.of(experiment), "", ViewType.ACTIVE_ONLY, 2, List.of("metrics.accuracy DESC"));
    int pages = 1;
    page.getItems().forEach(run -> found.add(run.getInfo().getRunId()));
    expect("the best", page.getItems().get(0).getInfo().getRunId(), runs.get(RUNS - 1));
    while (page.hasNextPage()) {
      page = (RunsPage) page.getNextPage();
      page.getItems().forEach(run -> found.add(run.getInfo().getRunId()));
      ++pages;
    }
    expect("pages", pages, 3);
    expect("all runs", found, new HashSet<>(runs));
    page =
        client.searchRuns(
            List.of(experiment),
            "tags.`odd/even` = 'even' AND metrics.accuracy > 0.1",
            ViewType.ACTIVE_ONLY,
            10);
    expect("even ones past the first", page.getItems().size(), 2);
  }

  private void artifacts(String run) throws Exception {
    Path file = Files.writeString(Files.createDirectory(folder.resolve("up")).resolve("a.txt"), "hello");
    client.logArtifact(run, file.toFile());
    client.logArtifacts(run, file.getParent().toFile(), "below");
    List<FileInfo> files = client.listArtifacts(run);
    expect("files", files.size(), 2);
    expect("size", files.get(0).getFileSize(), 5L);
    expect("folder", files.get(1).getIsDir(), true);
    expect("below", client.listArtifacts(run, "below").get(0).getPath(), "below/a.txt");
    File down = client.downloadArtifacts(run, "below");
    expect("content", Files.readString(down.toPath().resolve("a.txt")), "hello");
  }

  private void registry(String run) {
    client.sendPost("registered-models/create", "{\"name\": \"java model\"}");
    String source = client.getRun(run).getInfo().getArtifactUri() + "/below";
    client.sendPost(
        "model-versions/create",
        "{\"name\": \"java model\", \"source\": \"" + source + "\", \"run_id\": \"" + run + "\"}");
    client.sendPost(
        "model-versions/transition-stage",
        "{\"name\": \"java model\", \"version\": \"1\", \"stage\": \"Production\"}");
    ModelVersion version = client.getModelVersion("java model", "1");
    expect("run of the version", version.getRunId(), run);
    expect("stage", version.getCurrentStage(), "Production");
    List<ModelVersion> latest = client.getLatestVersions("java model", List.of("Production"));
    expect("latest", latest.get(0).getVersion(), "1");
    expect("model", client.getRegisteredModel("java model").getName(), "java model");
    expect("uri", client.getModelVersionDownloadUri("java model", "1"), source);
  }

  private void lifecycle(String experiment, String run) {
    client.deleteRun(run);
    expect("deleted", client.getRun(run).getInfo().getLifecycleStage(), "deleted");
    client.restoreRun(run);
    expect("restored", client.getRun(run).getInfo().getLifecycleStage(), "active");
    client.deleteExperiment(experiment);
    client.restoreExperiment(experiment);
    expect("experiment", client.getExperiment(experiment).getLifecycleStage(), "active");
  }

  private static void expect(String what, Object actual, Object expected) {
    if (!expected.equals(actual)) {
      throw new AssertionError(what + ": " + actual + " instead of " + expected);
    }
  }
}
