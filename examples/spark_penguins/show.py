"""Prints the runs of the latest training: those that count, and those that Spark gave up."""

import mlflow

EXPERIMENT = "penguins-on-spark"
PARENT = "species x learning rate"
ROW = "{:<20} {:<9} {:>5} {:>6} {:>9} {:>8}  {}"


def main():
    client = mlflow.MlflowClient()
    experiment = client.get_experiment_by_name(EXPERIMENT)
    named = f"attributes.run_name = '{PARENT}'"
    [parent] = client.search_runs([experiment.experiment_id], named, max_results=1)
    print(f"Run {parent.info.run_id} ({parent.info.run_name}), {parent.info.status}")
    print(ROW.format("model", "status", "task", "epochs", "accuracy", "loss", "run"))
    children = client.search_runs(
        [experiment.experiment_id],
        f"tags.mlflow.parentRunId = '{parent.info.run_id}'",
        order_by=["attributes.run_name", "attributes.start_time"],
    )
    for run in children:
        metrics = run.data.metrics
        print(
            ROW.format(
                run.info.run_name,
                run.info.status,
                run.data.tags["spark.task"],
                len(client.get_metric_history(run.info.run_id, "loss")),
                number(metrics.get("accuracy")),
                number(metrics.get("loss")),
                run.info.run_id + (" (best)" * (run.info.run_id == best_of(parent))),
            )
        )


def best_of(parent):
    return parent.data.tags.get("best_run")


def number(value):
    return "" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    main()
