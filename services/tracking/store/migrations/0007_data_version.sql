-- oldest program: 3

-- What a run shows beside its own row and its latest metrics, which change with metric_heads.last_no, changes only
-- together with this number: what was read of it may be kept as long as both stand. Triggers count, so that programs that
-- do not know of it, and whoever mends a tag by hand, do too.
ALTER TABLE runs ADD COLUMN data_version BIGINT NOT NULL DEFAULT 0;

@change_counter(runs, run_id, data_version)@;

@count_changes(insert, params, runs, run_id, data_version)@;
@count_changes(update, params, runs, run_id, data_version)@;
@count_changes(delete, params, runs, run_id, data_version)@;
@count_changes(insert, run_tags, runs, run_id, data_version)@;
@count_changes(update, run_tags, runs, run_id, data_version)@;
@count_changes(delete, run_tags, runs, run_id, data_version)@;
@count_changes(insert, run_datasets, runs, run_id, data_version)@;
@count_changes(update, run_datasets, runs, run_id, data_version)@;
@count_changes(delete, run_datasets, runs, run_id, data_version)@;
@count_changes(insert, run_dataset_tags, runs, run_id, data_version)@;
@count_changes(update, run_dataset_tags, runs, run_id, data_version)@;
@count_changes(delete, run_dataset_tags, runs, run_id, data_version)@;
@count_changes(insert, run_models, runs, run_id, data_version)@;
@count_changes(update, run_models, runs, run_id, data_version)@;
@count_changes(delete, run_models, runs, run_id, data_version)@;
