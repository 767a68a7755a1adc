/** The items of a structured report: containers as headed sections, the rest as named values with what belongs to them below. */
import { UnstyledButton } from '@mantine/core'
import { IconAlertTriangle, IconPhoto } from '@tabler/icons-react'
import { displayText, sopClassName } from '../../../main/dicom/index.ts'
import { useFormat } from '../../ui/format.ts'
import { findImage } from '../go-to-image.ts'
import { useReading } from '../reading-context.ts'
import { useWriting } from '../use-writing.ts'
import { unitText } from '../writing.ts'
import { dateTimeText } from './date-time-text.ts'
import classes from './document.module.css'
import type { ContentNode, ContentValue, SopReference } from './structured-report.ts'

/** Lines of one text that are shown, and characters of a line. */
const SHOWN = { lines: 2_000, characters: 4_000 }

export function ContentTree({ nodes, omitted }: { nodes: readonly ContentNode[]; omitted: number }) {
  const w = useWriting()
  return (
    <div className={classes.tree}>
      {nodes.map((node) => (
        <Node key={node.key} node={node} />
      ))}
      {omitted > 0 && <p className={classes.dim}>{w.t('documents.report.omitted', { count: omitted })}</p>}
    </div>
  )
}

/** Where the item of that position is on the page. */
const idOf = (key: string): string => `report-item-${key}`

function Node({ node }: { node: ContentNode }) {
  const w = useWriting()
  const { value, name, children, omitted, relationship } = node
  const isContext = relationship !== '' && relationship !== 'CONTAINS'
  if (value.kind === 'container') {
    return (
      <section id={idOf(node.key)} className={classes.section}>
        {name && <h3 className={classes.sectionTitle}>{displayText(name, 300)}</h3>}
        {value.isContinuous ? (
          <Sentence nodes={children} omitted={omitted} />
        ) : (
          <ContentTree nodes={children} omitted={omitted} />
        )}
      </section>
    )
  }
  return (
    <div id={idOf(node.key)} className={classes.item} data-context={isContext}>
      <div className={classes.line}>
        {isContext && (
          <span className={classes.relationship}>
            {w.t(`documents.report.relationship.${relationship}`, { defaultValue: displayText(relationship, 40) })}
          </span>
        )}
        {name && (
          <span className={classes.concept}>{w.t('documents.report.named', { name: displayText(name, 300) })} </span>
        )}
        <Value value={value} />
      </div>
      {(children.length > 0 || omitted > 0) && <ContentTree nodes={children} omitted={omitted} />}
    </div>
  )
}

/** Items of a continuous container follow each other as words do; what qualifies them stays below. */
function Sentence({ nodes, omitted }: { nodes: readonly ContentNode[]; omitted: number }) {
  const below = nodes.filter(({ children, omitted: more }) => children.length > 0 || more > 0)
  return (
    <>
      <p className={classes.sentence}>
        {nodes.map((node) => (
          <span key={node.key} id={idOf(node.key)} title={displayText(node.name, 200)}>
            <Value value={node.value} />{' '}
          </span>
        ))}
      </p>
      {below.map((node) => (
        <ContentTree key={node.key} nodes={node.children} omitted={node.omitted} />
      ))}
      {omitted > 0 && <ContentTree nodes={[]} omitted={omitted} />}
    </>
  )
}

function Value({ value }: { value: ContentValue }) {
  const w = useWriting()
  const format = useFormat()
  switch (value.kind) {
    case 'container':
      return null
    case 'text':
      return <Lines text={value.text} />
    case 'code':
      return <bdi>{displayText(value.text, 500)}</bdi>
    case 'number':
      return (
        <strong>
          {w.number(value.value, 10)}
          {unitText(displayText(value.unit, 60), w)}
        </strong>
      )
    case 'noNumber':
      return <Problem text={displayText(value.reason, 200) || w.t('documents.report.noNumber')} />
    case 'person':
      return <bdi>{value.name}</bdi>
    case 'date':
      return <bdi>{format.date(value.value)}</bdi>
    case 'time':
      return <bdi>{format.time(value.value) || displayText(value.value, 40)}</bdi>
    case 'dateTime':
      return <bdi>{dateTimeText(value.value, format)}</bdi>
    case 'uid':
      return <bdi className={classes.uid}>{sopClassName(displayText(value.value, 64))}</bdi>
    case 'image':
      return value.references.flatMap((reference) =>
        (reference.frames.length > 0 ? reference.frames : [null]).map((frame) => (
          <ImageLink key={`${reference.SOPInstanceUID} ${frame}`} reference={reference} frame={frame} />
        )),
      )
    case 'object':
      return value.references.map(({ SOPInstanceUID, SOPClassUID }) => (
        <span key={SOPInstanceUID} title={displayText(SOPInstanceUID, 64)}>
          {w.t('documents.report.object', { name: displayText(sopClassName(SOPClassUID), 80) })}
        </span>
      ))
    case 'shape':
      return <span>{w.t('documents.report.shape', { shape: displayText(value.shape, 30), count: value.points })}</span>
    case 'timeRange':
      return <span>{w.t('documents.report.timeRange', { shape: displayText(value.shape, 30) })}</span>
    case 'sameAs':
      return (
        <UnstyledButton
          className={classes.link}
          onClick={() => document.getElementById(idOf(value.key))?.scrollIntoView({ block: 'center' })}
        >
          {w.t('documents.report.sameAs', { key: displayText(value.key, 60) })}
        </UnstyledButton>
      )
    case 'missing':
      return <Problem text={w.t('documents.report.missing')} />
    case 'unknown': {
      const type = displayText(value.valueType, 40)
      return <Problem text={type ? w.t('documents.report.unknown', { type }) : w.t('documents.report.noType')} />
    }
  }
}

function Problem({ text }: { text: string }) {
  return (
    <span className={classes.problem}>
      <IconAlertTriangle size={12} aria-hidden />
      {text}
    </span>
  )
}

function Lines({ text }: { text: string }) {
  const lines = text.split(/\r\n|\r|\n/)
  const shown = lines.slice(0, SHOWN.lines).map((line) => displayText(line, SHOWN.characters))
  return (
    <bdi className={classes.text}>
      {shown.join('\n')}
      {lines.length > SHOWN.lines && '\n…'}
    </bdi>
  )
}

/** Jumps to an image; `frame` counts from 1, null for the whole. */
function ImageLink({ reference, frame }: { reference: SopReference; frame: number | null }) {
  const { displaySets, goToImage } = useReading()
  const w = useWriting()
  const found = findImage({ ...reference, frame }, displaySets)
  const words = found
    ? w.t(frame === null ? 'documents.report.image' : 'documents.report.imageFrame', {
        number: w.number(found.position + 1),
        frame,
      })
    : w.t('documents.report.imageElsewhere')
  return (
    <UnstyledButton
      className={classes.link}
      title={w.t('documents.report.goToImage')}
      onClick={() => goToImage({ ...reference, frame })}
    >
      <IconPhoto size={13} aria-hidden />
      {[found?.displaySet.SeriesNumber ? w.t('overlay.series', { number: found.displaySet.SeriesNumber }) : '', words]
        .filter(Boolean)
        .join(' · ')}
    </UnstyledButton>
  )
}
