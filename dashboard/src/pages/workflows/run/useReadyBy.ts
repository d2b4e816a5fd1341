/** "In 3 m" grows old while one reads: the present moment, and when a quote says it is ready as seen from there. */
import { useEffect, useState } from 'react';
import { readyBy, type Quote } from './quote';

export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(Date.now()), 5_000);
    return () => window.clearInterval(timer);
  }, []);
  return now;
}

export function useReadyBy(quote: Quote | undefined) {
  const now = useNow();
  return quote && readyBy(quote, now);
}
