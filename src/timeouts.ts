/** Waits for a provider's answer, but not for ever: a look has other things to do. */
export async function rejectAfter<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ms / 1000} s.`)), ms);
  });
  return Promise.race([answer, silence]).finally(() => clearTimeout(timer));
}
