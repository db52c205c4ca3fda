/** Whether the visitor asked pages to save data (the Save-Data hint, where the browser tells it). */
export function savesData(): boolean {
  const { connection } = navigator as Navigator & { connection?: { saveData?: boolean } };
  return connection?.saveData === true;
}
