/** The expected end of a quote, kept current while the page is open. */
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
