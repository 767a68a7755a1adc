/** What is quoted in the text: measurements with their value, key images with their number. A click or Enter goes there. */
import { IconAlertTriangle, IconOval, IconPhotoStar, IconRefresh, IconRuler2, IconTrashX } from '@tabler/icons-react'
import { NodeViewWrapper, type ReactNodeViewProps } from '@tiptap/react'
import { useTranslation } from 'react-i18next'
import { lookOf } from '../key-image-picture.tsx'
import { evidenceState, quoteMeasurement, studyOf } from '../words/evidence-state.ts'
import { measuredText } from '../words/measured-text.ts'
import classes from './editor.module.css'
import { type MeasurementRun, useEditorSetting } from './setting.ts'

export function MeasurementView({ node, selected, updateAttributes }: ReactNodeViewProps) {
  const { t } = useTranslation()
  const { language, isEditable, measurements, goToMeasurement, studyDateOf } = useEditorSetting()
  const run = node.attrs.run as MeasurementRun
  // A report that was given out says what was true then.
  const state = isEditable ? evidenceState(run, measurements) : { kind: 'current' as const }
  const Icon = run.measured === 'length' ? IconRuler2 : IconOval
  const date = studyDateOf(studyOf(run))
  const text = [measuredText(run.values, language), date].filter(Boolean).join(' · ')
  return (
    <NodeViewWrapper
      as="span"
      className={classes.chip}
      contentEditable={false}
      data-state={state.kind}
      data-selected={selected}
      data-measurement={run.measurementId}
    >
      <button
        type="button"
        tabIndex={-1}
        className={classes.chipValue}
        aria-label={t('report:chip.go', { text })}
        title={t('report:chip.goHint')}
        onClick={() => goToMeasurement(run)}
      >
        <Icon size={13} stroke={1.8} aria-hidden />
        {text}
      </button>
      {state.kind === 'stale' && (
        <button
          type="button"
          tabIndex={-1}
          className={classes.chipStale}
          onClick={() => updateAttributes({ run: quoteMeasurement(state.now) })}
        >
          <IconRefresh size={13} stroke={1.8} aria-hidden />
          {t('report:chip.stale', { text: measuredText(state.now.values, language) })}
        </button>
      )}
      {state.kind === 'gone' && (
        <span className={classes.chipGone}>
          <IconTrashX size={13} stroke={1.8} aria-hidden />
          {t('report:chip.gone')}
        </span>
      )}
    </NodeViewWrapper>
  )
}

export function KeyImageView({ node, selected }: ReactNodeViewProps) {
  const { t } = useTranslation()
  const { keyImages, goToImage } = useEditorSetting()
  const index = keyImages.findIndex(({ keyImageId }) => keyImageId === node.attrs.keyImageId)
  const keyImage = keyImages[index]
  const text = t('report:keyImages.number', { number: index + 1 })
  return (
    <NodeViewWrapper
      as="span"
      className={classes.chip}
      contentEditable={false}
      data-state={keyImage ? 'current' : 'gone'}
      data-selected={selected}
      data-key-image={String(node.attrs.keyImageId)}
    >
      {keyImage ? (
        <button
          type="button"
          tabIndex={-1}
          className={classes.chipValue}
          aria-label={t('report:chip.go', { text })}
          onClick={() => goToImage(keyImage.image, lookOf(keyImage))}
        >
          <IconPhotoStar size={13} stroke={1.8} aria-hidden />
          {text}
        </button>
      ) : (
        <span className={classes.chipGone}>
          <IconAlertTriangle size={13} stroke={1.8} aria-hidden />
          {t('report:chip.keyImageGone')}
        </span>
      )}
    </NodeViewWrapper>
  )
}
