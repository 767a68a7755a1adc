/** The look of everything, once: neutral greys, teal for action and selection, amber waiting, red danger, green done; Inter 13 px. */
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core'

const neutral: MantineColorsTuple = [
  '#e6e6e6',
  '#cfcfcf',
  '#a8a8a8',
  '#7f7f7f',
  '#3d3d3d',
  '#303030',
  '#262626',
  '#1b1b1b',
  '#141414',
  '#0c0c0c',
]

const teal: MantineColorsTuple = [
  '#e2f9f6',
  '#c6f1ec',
  '#97e4da',
  '#62d5c7',
  '#3bc9b8',
  '#22b8a7',
  '#159c8d',
  '#107c70',
  '#0d5f57',
  '#0a453f',
]

const amber: MantineColorsTuple = [
  '#fff6e0',
  '#ffe9b8',
  '#ffd985',
  '#fdc855',
  '#f7b733',
  '#e8a215',
  '#c6860b',
  '#9c6807',
  '#724c05',
  '#4f3403',
]

/** Dark enough from the shade that fills a button on for white words to be read on it. */
const red: MantineColorsTuple = [
  '#fff5f5',
  '#ffe3e3',
  '#ffc9c9',
  '#ffa8a8',
  '#ff8787',
  '#ff6b6b',
  '#fa5252',
  '#c92a2a',
  '#b02525',
  '#8f1d1d',
]

/** Height of a row of any list, px. */
export const ROW_HEIGHT = 30

export const theme = createTheme({
  fontFamily: "'Inter Variable', system-ui, sans-serif",
  fontFamilyMonospace: "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.8125rem', lg: '0.9375rem', xl: '1.125rem' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.5', xl: '1.5' },
  spacing: { xs: '0.375rem', sm: '0.625rem', md: '0.875rem', lg: '1.25rem', xl: '2rem' },
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  headings: {
    fontWeight: '600',
    sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1.0625rem' }, h3: { fontSize: '0.9375rem' } },
  },
  defaultRadius: 'sm',
  colors: { dark: neutral, teal, amber, red },
  primaryColor: 'teal',
  primaryShade: { light: 7, dark: 7 },
  autoContrast: true,
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'xs' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray', size: 'md' } },
    TextInput: { defaultProps: { size: 'sm' } },
    NumberInput: { defaultProps: { size: 'sm' } },
    Select: { defaultProps: { size: 'sm' } },
    SegmentedControl: { defaultProps: { size: 'sm' } },
    Tooltip: {
      defaultProps: { openDelay: 400, transitionProps: { duration: 80 }, multiline: true, maw: 360 },
      styles: {
        tooltip: {
          background: 'var(--mantine-color-dark-5)',
          color: 'var(--text)',
          border: '1px solid var(--mantine-color-dark-4)',
          boxShadow: '0 4px 12px rgb(0 0 0 / 50%)',
          fontSize: 'var(--mantine-font-size-xs)',
        },
      },
    },
    Popover: { defaultProps: { transitionProps: { duration: 80 }, shadow: 'md' } },
    Menu: { defaultProps: { transitionProps: { duration: 80 }, shadow: 'md' } },
    Modal: { defaultProps: { transitionProps: { duration: 100 }, centered: true } },
  },
})

/** Mantine's own red for errors is too dark to read on these greys. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {},
  dark: { '--mantine-color-error': '#ff8080', '--mantine-color-placeholder': '#9a9a9a' },
})
