/** Limits the wait for a provider's answer. */
export async function rejectAfter<T>(ms: number, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer within ${ms / 1000} s.`)), ms);
  });
  return Promise.race([answer, silence]).finally(() => clearTimeout(timer));
}
