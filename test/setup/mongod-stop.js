export default async function stopMongod() {
  await globalThis.stopThrowAwayMongod?.();
}
