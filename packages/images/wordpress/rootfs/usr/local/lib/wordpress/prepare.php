<?php
/**
 * Makes a replica ready before it serves: checks the environment, makes what it needs of files, waits for the
 * database, and installs WordPress or brings its tables up to this version. Safe to run in several replicas at the same
 * time, and again after it was killed at any point. Ends with 0 when the replica may serve.
 */

declare(strict_types=1);

namespace Image;

require __DIR__ . '/environment.php';
require __DIR__ . '/files.php';
require __DIR__ . '/database.php';
require __DIR__ . '/site.php';

/** A line of the container's log. */
function say(string $line): void
{
    fwrite(STDERR, "wordpress: $line\n");
}

/** What the operator must mend. */
final class Refusal extends \RuntimeException
{
}

// WordPress's own way out of an error is to end the program, and with 0.
$isReady = false;
register_shutdown_function(static function () use (&$isReady): void {
    if (!$isReady) {
        exit(1);
    }
});

try {
    $environment = checkedEnvironment(getenv());
    writeRunFiles($environment);
    makeSharedFiles();
    $database = connectWithPatience($environment);
    inTurn($database, $environment['WORDPRESS_DB_NAME'], static fn () => makeSite($database, $environment));
    $isReady = true;
} catch (Refusal $refusal) {
    say($refusal->getMessage());
}
