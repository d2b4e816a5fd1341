/** The logo: a small sun. */
export const Logo = () => (
  <svg width="20" height="20" viewBox="0 0 20 20" aria-hidden>
    <circle cx="10" cy="10" r="4" fill="var(--accent)" />
    {Array.from({ length: 8 }, (_, n) => (
      <line
        key={n}
        x1="10"
        y1="1.5"
        x2="10"
        y2="3.6"
        stroke="var(--accent)"
        strokeWidth="1.6"
        strokeLinecap="round"
        transform={`rotate(${n * 45} 10 10)`}
      />
    ))}
  </svg>
);
