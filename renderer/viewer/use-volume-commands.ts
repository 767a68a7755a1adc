/** The commands of the active volume rendering with what they do now; none while there is no rendering. */
import type { Command } from '../shell/commands.ts'
import { useCommands } from '../shell/use-commands.ts'
import type { Rendering, RenderingPresetName, View } from './engine/engine.ts'
import { useViewState } from './views.ts'
import { type VolumeRuns, volumeCommands } from './volume-commands.ts'

/** Degrees that one press of a key turns. */
const TURN = 15
/** What one press does to the opacity. */
const DENSER = 1.25

/** Registers the commands and returns them, for the tool bar. */
export function useVolumeCommands(view: View | undefined): readonly Command[] {
  const presets = useViewState(view)?.rendering?.presets
  const commands = view?.rendering && presets ? volumeCommands(runs(view.rendering, presets)) : []
  useCommands('volume', commands)
  return commands
}

function runs(rendering: Rendering, presets: readonly RenderingPresetName[]): VolumeRuns {
  const preset = (name: RenderingPresetName) => ({
    run: () => rendering.setPreset(name),
    enabled: presets.includes(name),
  })
  return {
    'preset.bone': preset('bone'),
    'preset.skin': preset('skin'),
    'preset.vessels': preset('vessels'),
    'preset.lung': preset('lung'),
    'preset.softTissue': preset('softTissue'),
    'preset.mip': preset('mip'),
    'preset.tissue': preset('tissue'),
    'preset.angio': preset('angio'),
    anterior: { run: () => rendering.seeFrom('anterior') },
    posterior: { run: () => rendering.seeFrom('posterior') },
    left: { run: () => rendering.seeFrom('left') },
    right: { run: () => rendering.seeFrom('right') },
    superior: { run: () => rendering.seeFrom('superior') },
    inferior: { run: () => rendering.seeFrom('inferior') },
    turnLeft: { run: () => rendering.turn(-TURN, 0) },
    turnRight: { run: () => rendering.turn(TURN, 0) },
    turnUp: { run: () => rendering.turn(0, -TURN) },
    turnDown: { run: () => rendering.turn(0, TURN) },
    rollLeft: { run: () => rendering.roll(-TURN) },
    rollRight: { run: () => rendering.roll(TURN) },
    thresholdUp: { run: () => rendering.shiftBy(1) },
    thresholdDown: { run: () => rendering.shiftBy(-1) },
    opaquer: { run: () => rendering.densify(DENSER) },
    clearer: { run: () => rendering.densify(1 / DENSER) },
  }
}
