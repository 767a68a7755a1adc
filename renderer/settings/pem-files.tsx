/** PEM files that are chosen together: a key, its certificate, and, where peers are trusted, authorities. */
import { FileInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'

export type PemPart = 'key' | 'certificate' | 'authorities'
/** What is chosen so far. */
export type PemFiles = Partial<Record<PemPart, File | null>>

/** Bytes of a PEM file; chains of certificates, and authorities of a whole country, stay below. */
const MAX_FILE_LENGTH = 100_000

const isTooLong = (file: File | null | undefined): boolean => (file?.size ?? 0) > MAX_FILE_LENGTH

/** How many are chosen. */
export const chosenFiles = (files: PemFiles): number => Object.values(files).filter(Boolean).length

/** Whether each can be what it should be, by its length. */
export const areFilesShort = (files: PemFiles): boolean => !Object.values(files).some(isTooLong)

interface PemFileFieldsProps {
  parts: readonly PemPart[]
  value: PemFiles
  /** What stands where none is chosen. */
  placeholder: string
  onChange(value: PemFiles): void
}

export function PemFileFields({ parts, value, placeholder, onChange }: PemFileFieldsProps) {
  const { t } = useTranslation()
  return parts.map((part) => (
    <FileInput
      key={part}
      label={t(`settings:tls.${part}`)}
      placeholder={placeholder}
      accept=".pem,.crt,.cer,.key"
      value={value[part] ?? null}
      clearable
      clearButtonProps={{ 'aria-label': t('settings:tls.clear', { part: t(`settings:tls.${part}`) }) }}
      w={200}
      error={isTooLong(value[part]) ? t('settings:tls.tooLong') : null}
      onChange={(file) => onChange({ ...value, [part]: file })}
    />
  ))
}
