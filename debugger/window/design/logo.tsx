/** Two lanes and a message each way. */
export function Logo() {
  return (
    <svg width="20" height="20" viewBox="0 0 20 20" fill="none" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      <path d="M4 3v14M16 3v14" stroke="currentColor" strokeWidth="1.5" />
      <path d="M4 6.5h9.2M11 4.3l2.4 2.2L11 8.7" stroke="var(--initiator)" strokeWidth="1.6" />
      <path d="M16 13.5H6.8M9 11.3l-2.4 2.2L9 15.7" stroke="var(--responder)" strokeWidth="1.6" />
    </svg>
  );
}
