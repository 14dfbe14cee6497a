<?php
/**
 * Plugin Name: Parts of the image
 * Description: WordPress and the themes that it comes with are parts of the container image: used from there, and replaced with it alone.
 */

register_theme_directory(ABSPATH . 'bundled-themes');

// The administrator is told of newer versions, and not offered to install them into a read-only folder.
add_filter('map_meta_cap', static fn (array $caps, string $cap): array => $cap === 'update_core' ? ['do_not_allow'] : $caps, 10, 2);

add_filter('site_transient_update_themes', static function ($updates) {
    if (isset($updates->response) && is_array($updates->response)) {
        $isShared = static fn (string $theme): bool => !is_dir(ABSPATH . "bundled-themes/$theme");
        $updates->response = array_filter($updates->response, $isShared, ARRAY_FILTER_USE_KEY);
    }
    return $updates;
});
