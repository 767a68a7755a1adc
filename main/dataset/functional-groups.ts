/** Functional groups of enhanced multi-frame objects, shared and per frame (PS3.3 §C.7.6.16). */
import type { FrameHeader } from '../contract/image.ts'
import type { Keyword } from '../dicom/elements.ts'
import type { DataSet } from './data-set.ts'
import { compact, pair, textOf, textsOf, vector3, vector6 } from './typed-values.ts'

const group = (groups: DataSet | undefined, keyword: Keyword): DataSet | undefined => groups?.items(keyword)[0]

/** The functional groups of one frame, or the shared ones, under the keywords of classic images. */
const readGroups = (groups: DataSet): FrameHeader => {
  const content = group(groups, 'FrameContentSequence')
  return {
    ...readGeometry(groups),
    ...readValueTransformation(groups),
    ...compact({
      DiffusionBValue: group(groups, 'MRDiffusionSequence')?.number('DiffusionBValue'),
      EffectiveEchoTime: group(groups, 'MREchoSequence')?.number('EffectiveEchoTime'),
      ...(content
        ? {
            TemporalPositionIndex: content.number('TemporalPositionIndex'),
            StackID: textOf(content, 'StackID'),
            InStackPositionNumber: content.number('InStackPositionNumber'),
            FrameReferenceDateTime:
              textOf(content, 'FrameReferenceDateTime') ?? textOf(content, 'FrameAcquisitionDateTime'),
          }
        : {}),
    }),
  }
}

const readGeometry = (groups: DataSet): FrameHeader => {
  const position = group(groups, 'PlanePositionSequence')
  const orientation = group(groups, 'PlaneOrientationSequence')
  const measures = group(groups, 'PixelMeasuresSequence')
  return compact({
    ImagePositionPatient: position && vector3(position, 'ImagePositionPatient'),
    ImageOrientationPatient: orientation && vector6(orientation, 'ImageOrientationPatient'),
    PixelSpacing: measures && pair(measures, 'PixelSpacing'),
    SliceThickness: measures?.number('SliceThickness'),
    SpacingBetweenSlices: measures?.number('SpacingBetweenSlices'),
  })
}

const readValueTransformation = (groups: DataSet): FrameHeader => {
  const transformation = group(groups, 'PixelValueTransformationSequence')
  const voi = group(groups, 'FrameVOILUTSequence')
  return compact({
    RescaleSlope: transformation?.number('RescaleSlope'),
    RescaleIntercept: transformation?.number('RescaleIntercept'),
    RescaleType: transformation && textOf(transformation, 'RescaleType'),
    WindowCenter: voi?.numbers('WindowCenter'),
    WindowWidth: voi?.numbers('WindowWidth'),
    WindowCenterWidthExplanation: voi && textsOf(voi, 'WindowCenterWidthExplanation'),
    VOILUTFunction: voi && textOf(voi, 'VOILUTFunction'),
  })
}

/**
 * What all frames share goes to the header itself; what differs, to one entry a frame, as far as there are groups. `perFrame` is null for
 * classic objects.
 */
export const frameHeaders = (
  attributes: DataSet,
  numberOfFrames: number,
): { shared: FrameHeader; perFrame: FrameHeader[] | null } => {
  const shared = group(attributes, 'SharedFunctionalGroupsSequence')
  const perFrame = attributes.items('PerFrameFunctionalGroupsSequence')
  return {
    shared: shared ? readGroups(shared) : {},
    perFrame: perFrame.length > 0 ? perFrame.slice(0, numberOfFrames).map(readGroups) : null,
  }
}
