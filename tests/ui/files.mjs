// What a run's page of files shows.

export class Files {
  constructor(page) {
    this.page = page;
  }

  async open(...path) {
    for (const name of path) await this.page.getByText(name, { exact: true }).click();
  }

  // Of the picture that is shown, in pixels.
  async pictureWidth() {
    const widths = await this.page
      .locator(`img[src^="blob:"]`)
      .evaluateAll((images) => images.map((image) => image.naturalWidth));
    // The picture is there twice: shown, and for looking at it closely.
    return [...new Set(widths)].join();
  }
}
