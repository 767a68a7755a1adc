/** The mark of the program: a lamp in a dark room. */
export function Brand({ size = 28 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" role="img" aria-label="Astreinte">
      <circle cx="16" cy="16" r="12.5" fill="none" stroke="var(--mantine-color-dark-3)" strokeWidth="2" />
      <path
        d="M16 3.5a12.5 12.5 0 0 1 12.5 12.5"
        fill="none"
        stroke="var(--action)"
        strokeWidth="3"
        strokeLinecap="round"
      />
      <circle cx="16" cy="16" r="4.5" fill="var(--action)" />
    </svg>
  )
}
