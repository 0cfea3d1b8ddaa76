// node walk.mjs BASE DATA.json SCREENSHOTS: through the pages of MLflow's web UI, as a visitor would.

import { readFileSync } from "node:fs";

import { Files } from "./files.mjs";
import { Visit } from "./visit.mjs";

const [base, dataFile, screenshots] = process.argv.slice(2);
const data = JSON.parse(readFileSync(dataFile));
const visit = await Visit.begin(base, screenshots);
const { page } = visit;
const files = new Files(page);

const experiment = `/experiments/${data.experiment}`;
const [adelie, chinstrap] = data.runs;
const runs = `${experiment}/runs`;
const run = `${runs}/${adelie}`;
const search = () => page.getByPlaceholder("metrics.rmse < 1");
const filter = async (text) => {
  await search().fill(text);
  await search().press("Enter");
};
const showRunsThatAre = async (state) => {
  await page.getByText("State:").locator("..").click();
  await page.getByRole("option", { name: state }).click();
};
const rowOf = (name) => page.getByRole("row").filter({ hasText: name });
// Top to bottom, as they stand on the page.
const namesInOrder = async () => {
  const links = page.locator(`a[href*="/runs/"]`).filter({ hasText: /^(adelie|chinstrap|gentoo)$/ });
  const places = [];
  for (const link of await links.all()) {
    places.push([(await link.boundingBox()).y, await link.innerText()]);
  }
  return places.sort((a, b) => a[0] - b[0]).map(([, name]) => name).join();
};

await visit.step("experiments", async () => {
  await visit.go("/experiments");
  await visit.see("penguins", "seabirds", "Default");
});

await visit.step("runs", async () => {
  await visit.go(runs);
  await visit.see("adelie", "chinstrap", "gentoo", "palmer", "4 matching runs");
});

await visit.step("runs columns", async () => {
  await visit.button("Columns").click();
  const columns = page.getByPlaceholder("Search columns");
  await columns.fill("accuracy");
  await page.getByText("accuracy", { exact: true }).last().click();
  await page.keyboard.press("Escape");
  await visit.see("0.875");
});

await visit.step("runs sorted", async () => {
  await visit.becomes("gentoo,chinstrap,adelie", namesInOrder);
  await visit.button("Sort: Created").click();
  await page.getByRole("menuitemcheckbox", { name: "loss" }).click();
  await visit.becomes("gentoo,chinstrap,adelie", namesInOrder);
  await visit.button("Sort: loss").click();
  await page.getByTestId("sort-select-asc").click();
  await visit.becomes("adelie,chinstrap,gentoo", namesInOrder);
});

await visit.step("runs filtered", async () => {
  await filter(`params.alpha = "0.1" and metrics.loss < 0.15`);
  await visit.see("1 matching run");
  await visit.gone("gentoo");
});

await visit.step("runs chart", async () => {
  await visit.go(`${runs}?compareRunsMode=CHART`);
  await filter("");
  await visit.see("Model metrics", "System metrics", "gentoo (loss)");
});

await visit.step("run overview", async () => {
  await visit.go(run);
  await visit.see("Finished", adelie, "nested-child", "palmer", "species", data.model, "a note");
  await visit.see("Parameters (2)", "alpha", "Metrics (3)", "0.86");
});

await visit.step("run metrics", async () => {
  await visit.go(`${run}/model-metrics`);
  await visit.see("Model metrics", "adelie (loss)", "adelie (accuracy)");
});

await visit.step("run system metrics", async () => {
  await visit.go(`${run}/system-metrics`);
  await visit.see("System metrics", "cpu_utilization");
});

await visit.step("picture", async () => {
  await visit.go(`${run}/artifacts`);
  await files.open("images", "green.png");
  await visit.becomes("16", () => files.pictureWidth());
});

await visit.step("figure", async () => {
  await files.open("plots", "figure.png");
  await visit.becomes("200", () => files.pictureWidth());
});

await visit.step("table", async () => {
  await files.open("tables", "qa.json");
  await visit.see("question", "what is a rookery", "a colony");
});

await visit.step("text", async () => {
  await files.open("notes", "text.txt");
  await visit.see("a text of penguins");
});

await visit.step("run traces", async () => {
  await visit.go(`${run}/traces`);
  await visit.see("No traces found");
});

await visit.step("comparison", async () => {
  const list = (ids) => encodeURIComponent(JSON.stringify(ids));
  await visit.go(`/compare-runs?runs=${list([adelie, chinstrap])}&experiments=${list([data.experiment])}`);
  await visit.see("Comparing 2 Runs from 1 Experiment", "adelie", "chinstrap", "Run details");
});

await visit.step("traces", async () => {
  await visit.go(`${experiment}/traces`);
  await visit.see("Start tracing your LLM app");
});

await visit.step("logged models", async () => {
  await visit.go(`${experiment}/models`);
  await visit.see("Ready", "adelie");
});

await visit.step("logged model", async () => {
  await visit.go(`${experiment}/models/${data.loggedModel}`);
  await visit.see(data.loggedModel, "Parameters (2)", "Metrics (3)", data.model);
});

await visit.step("logged model files", async () => {
  await visit.go(`${experiment}/models/${data.loggedModel}/artifacts`);
  await page.getByText("MLmodel", { exact: true }).click();
  await visit.see("requirements.txt", "python_function");
});

await visit.step("models", async () => {
  await visit.go("/models");
  await visit.button("Try it now").click();
  await visit.see(data.model, "champion", "birds");
});

await visit.step("model", async () => {
  await visit.go(`/models/${data.model}`);
  await visit.see("Classifies penguins", "Version 1", "Version 2", "champion", "number 2");
});

await visit.step("model version", async () => {
  await visit.go(`/models/${data.model}/versions/2`);
  await visit.see("Version 2", "number 2", "adelie", "Inputs (2)");
});

await visit.step("alias set", async () => {
  await page.getByRole("button", { name: /alias|^Add$/i }).first().click();
  await visit.see("Add/Edit alias for model version 2");
  const aliases = page.getByRole("dialog").getByRole("combobox");
  await aliases.fill("challenger");
  await aliases.press("Enter");
  await visit.button("Save aliases").click();
  await visit.gone("Add/Edit alias");
  await visit.see("challenger");
});

await visit.step("run deleted", async () => {
  await visit.go(runs);
  await filter("");
  await visit.see("4 matching runs");
  await rowOf("gentoo").getByRole("checkbox").first().click();
  await visit.button("Delete").click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await visit.see("3 matching runs");
  await visit.gone("gentoo");
});

await visit.step("run restored", async () => {
  await showRunsThatAre("Deleted");
  await visit.see("gentoo", "1 matching run");
  await rowOf("gentoo").getByRole("checkbox").first().click();
  await visit.button("Restore").click();
  await page.getByRole("dialog").getByRole("button", { name: "Restore" }).click();
  await visit.gone("gentoo");
  await showRunsThatAre("Active");
  await visit.see("gentoo", "4 matching runs");
});

for (const [name, route, text] of [
  ["home", "/", "Welcome to MLflow"],
  ["experiment datasets", `${experiment}/datasets`, "Datasets"],
  ["experiment judges", `${experiment}/judges`, "Judges"],
  ["experiment prompts", `${experiment}/prompts`, "Create your first prompt"],
  ["experiment evaluation runs", `${experiment}/evaluation-runs`, "Evaluation runs"],
  ["experiment sessions", `${experiment}/chat-sessions`, "Sessions"],
  ["prompts", "/prompts", "Create your first prompt"],
  ["settings", "/settings", "Theme preference"],
  ["settings of models", "/settings/llm-connections", "No API keys created"],
  ["webhooks", "/settings/webhooks", "No webhooks configured"],
  ["mcp registry", "/mcp-registry", "Create MCP server"],
]) {
  await visit.step(name, async () => {
    await visit.go(route);
    await visit.see(text);
  });
}

await visit.browser.close();
