/** The frames that were marked for the report: title, note, the way there; each can be quoted in the text. */
import { ActionIcon, NativeSelect, TextInput, Tooltip } from '@mantine/core'
import { IconQuote, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { ImageReference } from '../../main/contract/measurement.ts'
import type { KeyImage } from '../../main/contract/report.ts'
import { keyImageTitles } from '../../main/dicom/index.ts'
import { KeyImagePicture } from './key-image-picture.tsx'
import classes from './report.module.css'

interface KeyImagesProps {
  keyImages: readonly KeyImage[]
  isEditable: boolean
  /** `Série 3`, as far as the study's series are known. */
  placeOf(image: ImageReference): string
  onGo(keyImage: KeyImage): void
  onChange(keyImage: KeyImage): void
  onRemove(keyImageId: string): void
  onCite(keyImageId: string): void
}

export function KeyImages({ keyImages, isEditable, ...rest }: KeyImagesProps) {
  const { t } = useTranslation()
  if (keyImages.length === 0 && !isEditable) return null
  return (
    <section className={classes.keyImages} aria-label={t('report:keyImages.title')}>
      <h3 className={classes.subtitle}>{t('report:keyImages.title')}</h3>
      {keyImages.length === 0 ? (
        <p className={classes.hint}>{t('report:keyImages.empty')}</p>
      ) : (
        <ol className={classes.keyImageList}>
          {keyImages.map((keyImage, index) => (
            <Entry key={keyImage.keyImageId} keyImage={keyImage} number={index + 1} isEditable={isEditable} {...rest} />
          ))}
        </ol>
      )}
    </section>
  )
}

interface EntryProps extends Omit<KeyImagesProps, 'keyImages'> {
  keyImage: KeyImage
  number: number
}

function Entry({ keyImage, number, isEditable, placeOf, onGo, onChange, onRemove, onCite }: EntryProps) {
  const { t } = useTranslation()
  const name = t('report:keyImages.number', { number })
  return (
    <li className={classes.keyImage} data-key-image-entry={keyImage.keyImageId}>
      <button type="button" className={classes.keyImageGo} onClick={() => onGo(keyImage)}>
        <KeyImagePicture keyImage={keyImage} />
        <strong>{name}</strong>
        <span className={classes.dim}>{placeOf(keyImage.image)}</span>
      </button>
      {isEditable ? (
        <>
          <NativeSelect
            size="xs"
            aria-label={t('report:keyImages.titleOf', { name })}
            value={keyImage.title.CodeValue}
            data={keyImageTitles.map(({ CodeValue }) => ({
              value: CodeValue,
              label: t(`report:keyImages.titles.${CodeValue}`),
            }))}
            onChange={({ currentTarget }) => {
              const title = keyImageTitles.find(({ CodeValue }) => CodeValue === currentTarget.value)
              if (title) onChange({ ...keyImage, title: { ...title } })
            }}
          />
          <TextInput
            size="xs"
            className={classes.note}
            aria-label={t('report:keyImages.noteOf', { name })}
            placeholder={t('report:keyImages.note')}
            maxLength={1000}
            value={keyImage.note}
            onChange={({ currentTarget }) => onChange({ ...keyImage, note: currentTarget.value })}
          />
          <Tooltip label={t('report:keyImages.cite')}>
            <ActionIcon
              size="sm"
              aria-label={t('report:keyImages.citeOf', { name })}
              onClick={() => onCite(keyImage.keyImageId)}
            >
              <IconQuote size={15} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t('report:keyImages.remove')}>
            <ActionIcon
              size="sm"
              aria-label={t('report:keyImages.removeOf', { name })}
              onClick={() => onRemove(keyImage.keyImageId)}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </Tooltip>
        </>
      ) : (
        <span className={classes.dim}>
          {t(`report:keyImages.titles.${keyImage.title.CodeValue}`, { defaultValue: keyImage.title.CodeMeaning })}
          {keyImage.note !== '' && ` – ${keyImage.note}`}
        </span>
      )}
    </li>
  )
}
