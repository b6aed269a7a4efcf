/** Ends a run with the plain line that CI reads. */
export default class {
  onRunComplete(_contexts, results) {
    console.log(`${results.numPassedTests} passed, ${results.numFailedTests} failed`);
  }
}
