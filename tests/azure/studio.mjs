// node studio.mjs BASE DATA.json SCREENSHOTS: what Azure ML's studio shows of a run, at the links that
// MLflow printed when the run ended. BASE is a workspace's address.

import { readFileSync } from "node:fs";

import { Files } from "../ui/files.mjs";
import { Visit } from "../ui/visit.mjs";

const [base, dataFile, screenshots] = process.argv.slice(2);
const data = JSON.parse(readFileSync(dataFile));
const visit = await Visit.begin(base, screenshots);
const { page } = visit;
const files = new Files(page);

await visit.step("experiment", async () => {
  await page.goto(data.experimentLink);
  await visit.see(data.experiment);
  await page.getByRole("link", { name: "Training runs" }).click();
  await visit.see(data.runName, "1 matching run");
});

await visit.step("run", async () => {
  await page.goto(data.runLink);
  await visit.see("Finished", "Parameters (3)", "epochs", "Metrics (1)", "accuracy");
  await visit.see("Registered models", "Logged models");
});

await visit.step("charts", async () => {
  await page.getByRole("tab", { name: "Model metrics" }).click();
  await visit.see("accuracy");
  await visit.becomes(data.steps, () => page.locator(".scatterlayer .point").count());
});

await visit.step("confusion matrix", async () => {
  await page.getByRole("tab", { name: "Artifacts" }).click();
  await files.open("confusion_matrix.png");
  await visit.becomes("640", () => files.pictureWidth());
});

await visit.step("report", async () => {
  await files.open("classification_report.txt");
  await visit.see("macro avg", "precision");
});

await visit.step("logged model", async () => {
  await page.goto(data.runLink);
  // A click opens another page.
  await page.goto(await page.locator(`a[href*="/models/m-"]`).first().evaluate((link) => link.href));
  await visit.see("Ready", data.runName);
});

await visit.step("files of the model", async () => {
  await page.goto(`${page.url()}/artifacts`);
  await files.open("MLmodel");
  await visit.see("python_function");
});

await visit.step("runs chart", async () => {
  await page.goto(`${data.experimentLink}/runs?compareRunsMode=CHART`);
  await visit.see("Model metrics", "accuracy");
});

await visit.step("registered models", async () => {
  await visit.go("/models");
  await visit.button("Try it now").click();
  await visit.see(data.model);
});

await visit.step("registered model", async () => {
  await page.getByRole("link", { name: data.model }).click();
  await visit.see("Version 1", "accuracy");
});

await visit.step("model version", async () => {
  await page.getByRole("link", { name: "Version 1" }).click();
  await visit.see("Version 1", data.description, "accuracy");
});

await visit.browser.close();
