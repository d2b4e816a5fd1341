/** An empty state: what will appear here, and how to add it. */
export function Empty({ children, action }: { children: React.ReactNode; action?: React.ReactNode }) {
  return (
    <div style={{ padding: '28px 20px', textAlign: 'center', color: 'var(--ink-2)' }}>
      <p style={{ margin: action ? '0 0 12px' : 0 }}>{children}</p>
      {action}
    </div>
  );
}
