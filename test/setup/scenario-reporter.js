const MARKS = { passed: '✓', failed: '✕', pending: '○', todo: '○', skipped: '○' };

/** After the run: what the product does, scenario by scenario. */
export default class ScenarioReporter {
  #lines = [];

  onTestResult(test, result) {
    if (!test.path.endsWith('scenarios.test.ts')) return;
    for (const { title, status } of result.testResults) {
      if (title.endsWith('.chat')) this.#lines.push(`  ${MARKS[status] ?? '?'} ${title.replace(/\.chat$/, '')}`);
    }
  }

  onRunComplete() {
    if (this.#lines.length > 0) console.log(`\nScenarios (test/scenarios):\n${this.#lines.join('\n')}`);
  }
}
