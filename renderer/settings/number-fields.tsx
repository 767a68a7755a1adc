/** Whole numbers from 1 on, and among them TCP ports. */
import { NumberInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'

const MAX_PORT = 65_535

/** Whether something can listen there. */
export const isPort = (port: number): boolean => Number.isInteger(port) && port >= 1 && port <= MAX_PORT

interface WholeNumberFieldProps {
  label: string
  /** Null: none. */
  value: number | null
  most: number
  /** In pixels. */
  width: number
  onChange(value: number | null): void
}

/** Digits only, 1 to `most`. */
export function WholeNumberField({ label, value, most, width, onChange }: WholeNumberFieldProps) {
  return (
    <NumberInput
      label={label}
      value={value ?? ''}
      min={1}
      max={most}
      allowDecimal={false}
      allowNegative={false}
      clampBehavior="strict"
      hideControls
      w={width}
      onChange={(typed) => onChange(typed === '' ? null : Number(typed))}
    />
  )
}

interface PortFieldProps {
  value: number
  /** In pixels. */
  width: number
  onChange(port: number): void
}

/** A port that there has to be: 0 stands for none, which is no port. */
export function PortField({ value, width, onChange }: PortFieldProps) {
  const { t } = useTranslation()
  return (
    <WholeNumberField
      label={t('settings:receiver.port')}
      value={value}
      most={MAX_PORT}
      width={width}
      onChange={(port) => onChange(port ?? 0)}
    />
  )
}
