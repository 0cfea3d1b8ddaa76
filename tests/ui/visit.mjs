// A browser whose every complaint is kept, and steps that are reported one a line.

import { createRequire } from "node:module";

// Installed under build/, not beside this file.
const { chromium } = createRequire(`${process.env.UI_NODE_MODULES}/`)("playwright-core");

const SECONDS_TO_APPEAR = 30;

// What any server without these parts of MLflow answers: the UI asks to find out. Paths are below the base.
const EXPECTED_FAILURES = [["GET", "/ajax-api/2.0/mlflow/users/current", 404]];

export class Visit {
  static async begin(base, screenshots) {
    const browser = await chromium.launch({
      executablePath: process.env.CHROMIUM,
      // Tests run as root, where Chromium's sandbox does not.
      args: ["--no-sandbox"],
    });
    const context = await browser.newContext({
      viewport: { width: 1900, height: 1100 },
      // Whether clients trust the certificate is shown by others.
      ignoreHTTPSErrors: base.startsWith("https:"),
    });
    const page = await context.newPage();
    page.setDefaultTimeout(SECONDS_TO_APPEAR * 1000);
    const visit = new Visit();
    Object.assign(visit, { browser, page, base, screenshots, problems: [], expected: 0 });
    await visit.#watch(context);
    return visit;
  }

  async #watch(context) {
    // The UI shows pictures and films of MLflow's site. A test asks nobody but its server.
    await context.route(
      (url) => url.protocol.startsWith("http") && url.origin !== new URL(this.base).origin,
      (route) => route.fulfill({ status: 204 }),
    );
    this.page.on("response", (response) => this.#judge(response));
    this.page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText;
      // The page itself gives up requests whose answer it no longer wants.
      if (why !== "net::ERR_ABORTED") this.problems.push(`${request.url()}: ${why}`);
    });
    this.page.on("pageerror", (error) => this.problems.push(`page error: ${error}`));
    this.page.on("console", (message) => this.#hear(message));
  }

  #judge(response) {
    if (response.status() < 400) return;
    const [method, url] = [response.request().method(), new URL(response.url())];
    const expected = EXPECTED_FAILURES.some(
      ([m, path, status]) =>
        m === method && url.origin + url.pathname === this.base + path && status === response.status(),
    );
    if (!expected) this.problems.push(`${method} ${url.pathname}${url.search}: ${response.status()}`);
  }

  #hear(message) {
    if (message.type() !== "error") return;
    const text = message.text();
    // Chromium's own line on a failed request, which #judge has judged.
    if (text.startsWith("Failed to load resource")) return;
    // Chromium says so when a page lays itself out twice; the real server's pages do too.
    if (text.includes("ResizeObserver loop")) return;
    this.problems.push(`console: ${text.slice(0, 500)}`);
  }

  // Does `body`, takes a picture, and prints {step, problems}. A step that fails ends only itself.
  async step(name, body) {
    this.problems = [];
    const begin = Date.now();
    try {
      await body();
    } catch (error) {
      this.problems.push(String(error.message).slice(0, 800));
    }
    await this.page.screenshot({ path: `${this.screenshots}/${name.replaceAll(" ", "-")}.png` });
    const seconds = (Date.now() - begin) / 1000;
    console.log(JSON.stringify({ step: name, seconds, problems: this.problems }));
  }

  // Goes to a page of the UI; its routes are behind the #.
  async go(route) {
    await this.page.goto(`${this.base}/#${route}`);
  }

  async see(...texts) {
    for (const text of texts) {
      await this.page.getByText(text).filter({ visible: true }).first().waitFor();
    }
  }

  async gone(text) {
    await this.page.getByText(text).filter({ visible: true }).first().waitFor({ state: "hidden" });
  }

  async becomes(wanted, value) {
    const deadline = Date.now() + SECONDS_TO_APPEAR * 1000;
    let last;
    while ((last = await value()) !== wanted) {
      if (Date.now() > deadline) throw new Error(`${last} did not become ${wanted}`);
      await this.page.waitForTimeout(100);
    }
  }

  button(name) {
    return this.page.getByRole("button", { name }).filter({ visible: true }).first();
  }
}
