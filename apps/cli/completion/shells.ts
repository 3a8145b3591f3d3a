/** Shells that can be told how to complete a weirctl line. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/*
 * Each script asks `weirctl complete -- <words up to the cursor>`, which answers a candidate a line, its description behind
 * a tab, or `:files` where the shell knows better.
 */

const BASH = `# Use it with: source <(weirctl completion bash)
_weirctl() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    if [[ $line == ':files' ]]; then
      compopt -o filenames
      mapfile -t COMPREPLY < <(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")
      return
    fi
    [[ $line == *=$'\\t'* ]] && compopt -o nospace
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <(weirctl complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _weirctl weirctl
`;

const ZSH = `#compdef weirctl
# Use it with: source <(weirctl completion zsh), after compinit; or keep it as _weirctl in a folder of $fpath
_weirctl() {
  local line word
  local -a whole begun
  while IFS= read -r line; do
    if [[ $line == ':files' ]]; then
      _files
      return
    fi
    word=\${\${line%%$'\\t'*}//:/\\\\:}
    [[ $line == *$'\\t'* ]] && line=$word:\${line#*$'\\t'} || line=$word
    # What ends with an equals sign goes on without a space.
    [[ $word == *= ]] && begun+=("$line") || whole+=("$line")
  done < <(weirctl complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  _describe weirctl whole -- begun -S ''
}
if [[ $funcstack[1] == _weirctl ]]; then
  _weirctl "$@"
else
  compdef _weirctl weirctl
fi
`;

const FISH = `# Use it with: weirctl completion fish | source
function __weirctl_candidates
    set -l words (commandline --tokenize --cut-at-cursor --current-process)
    set -l current (commandline --current-token --cut-at-cursor)
    set -l answers (weirctl complete -- $words[2..-1] "$current" 2>/dev/null)
    if test "$answers[1]" = ':files'
        __fish_complete_path "$current"
    else
        printf '%s\\n' $answers
    end
end
complete --command weirctl --no-files --arguments '(__weirctl_candidates)'
`;

const SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };

/** What the shell reads to complete weirctl's command lines. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
